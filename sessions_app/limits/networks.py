"""The networks that an address is counted with: who has many addresses is one client all the same.

Which they are, `sessions_app.web.origins` says.
"""

from typing import NamedTuple, TypeAlias

from sessions_app.limits.rates import Counts, Rate


class Network(NamedTuple):
    """An address or a network; `factor` is how many addresses' allowance it has."""

    name: str
    factor: int = 1

    def allowance(self, of_an_address: int, *, of_all: int | None = None) -> int:
        """How many it may have where one address may have so many.

        Args:
            of_an_address: the limit of one address.
            of_all: what all together may have: no network has more than three quarters of it.
        """
        most = of_an_address * self.factor
        return most if of_all is None else max(of_an_address, min(most, of_all * 3 // 4))


# The narrowest first; empty for an address that is not counted.
Networks: TypeAlias = tuple[Network, ...]


def counts_of(kind: str, networks: Networks, rate: Rate) -> Counts:
    """The buckets of a kind that something from these networks is counted in."""
    return [(f"{kind}:{network.name}", rate.times(network.factor)) for network in networks]
