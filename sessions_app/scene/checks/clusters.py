"""Leaves that hold each other: which of them touch, apart from what stands by itself."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sessions_app.scene.checks.contacts import Contacts
from sessions_app.scene.checks.leaves import TOUCHING, Leaf


class Cluster(NamedTuple):
    """Leaves that are connected by contacts.

    Attributes:
        names: of all.
        is_held: whether one of them touches something that stands by itself.
    """

    names: frozenset[str]
    is_held: bool


class Clusters:
    """The clusters of the leaves that do not stand by themselves."""

    def __init__(self, leaves: Mapping[str, Leaf], contacts: Contacts) -> None:
        """Find all clusters.

        Args:
            leaves: by id.
            contacts: the pairs that touch.
        """
        self._of: dict[str, Cluster] = {}
        self._add(leaves, leaves, contacts)

    def after(
        self, leaves: Mapping[str, Leaf], contacts: Contacts, affected: Iterable[str]
    ) -> "Clusters":
        """Return the clusters after a change.

        Args:
            leaves: those of the later document.
            contacts: those of the later document.
            affected: the ids of what was added, changed or removed, and of what touched it before
                or touches it now.
        """
        later = Clusters({}, {})
        later._of = self._of.copy()
        names = list(affected)
        for name in names:
            cluster = later._of.get(name)
            for each in cluster.names if cluster else ():
                later._of.pop(each, None)
        # What is left of a cluster is connected to one of these.
        later._add([name for name in names if name in leaves], leaves, contacts)
        return later

    def of(self, name: str) -> Cluster | None:
        """Return the cluster of a leaf; None if it stands by itself."""
        return self._of.get(name)

    def _add(self, names: Iterable[str], leaves: Mapping[str, Leaf], contacts: Contacts) -> None:
        """Add the clusters of these leaves, which have none yet."""
        for name in names:
            if name in self._of or stands(leaves[name]):
                continue
            found, is_held, queue = {name}, False, [name]
            while queue:
                for other in contacts.get(queue.pop(), ()):
                    if other not in found:
                        if stands(leaves[other]):
                            is_held = True
                        else:
                            found.add(other)
                            queue.append(other)
            cluster = Cluster(frozenset(found), is_held)
            for each in found:
                self._of[each] = cluster


def stands(leaf: Leaf) -> bool:
    """Return whether a leaf stands by itself: on the floor, or where it is on purpose."""
    return leaf.is_excused or leaf.bounds.low[1] <= TOUCHING
