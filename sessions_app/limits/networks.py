"""The networks that limits count an address with, so that many addresses do not evade them.

`sessions_app.web.origins` derives them from an address.
"""

from typing import NamedTuple, TypeAlias

from sessions_app.limits.rates import Counts, Rate


class Network(NamedTuple):
    """An address or a network, with the allowance of `factor` addresses."""

    name: str
    factor: int = 1

    def allowance(self, of_an_address: int, *, of_all: int | None = None) -> int:
        """Scale the limit of one address to this network.

        Args:
            of_an_address: the limit of one address.
            of_all: the limit of all together; one network gets at most three quarters of it.
        """
        most = of_an_address * self.factor
        return most if of_all is None else max(of_an_address, min(most, of_all * 3 // 4))


# The narrowest first; empty for an address that is not counted.
Networks: TypeAlias = tuple[Network, ...]


def counts_of(kind: str, networks: Networks, rate: Rate) -> Counts:
    """Return the buckets of this kind, one per network, with their rates."""
    return [(f"{kind}:{network.name}", rate.times(network.factor)) for network in networks]
