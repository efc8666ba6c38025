"""The visible solids of a document, what touches what, and how a change affects that."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sessions_app.scene.checks.clusters import Cluster, Clusters
from sessions_app.scene.checks.contacts import Contacts, find_contacts, gap_between
from sessions_app.scene.checks.leaves import TOUCHING, Leaf, leaf_of
from sessions_app.scene.checks.outermost import Outermost
from sessions_app.scene.geometry.bounds import Bounds
from sessions_app.scene.geometry.layout import Layout

# At most this many changed solids are compared with all others one by one; beyond it, all pairs
# are swept.
FEW = 64
# Of boxes around the same thing, worked out in two ways, in meters.
_ROUNDING = 1e-9


class Surroundings:
    """All visible solids of a layout, and what touches what.

    Attributes:
        layout: of the document.
        leaves: by id.
        contacts: the pairs within TOUCHING.
        is_complete: whether all pairs were compared.
        drawn: how many solids there are, those that patterns draw included.
        affected: the ids of leaves that were touched last, and of those in contact before or now.
    """

    def __init__(self, layout: Layout) -> None:
        """Find all visible solids and compare them."""
        self.layout = layout
        self.leaves: dict[str, Leaf] = {}
        for leaf in (leaf_of(layout, name) for name in layout.every_solid()):
            if leaf is not None:
                self.leaves[leaf.name] = leaf
        self.contacts: Contacts
        self.contacts, self.is_complete = find_contacts(self.leaves)
        self.drawn = sum(map(_drawn, self.leaves.values()))
        self.affected = set(self.leaves)

    def after(self, layout: Layout, touched: Iterable[str]) -> "Surroundings":
        """Update after a change, keeping what is known of untouched solids.

        Args:
            layout: of the later document.
            touched: the ids of those that were added, changed or removed since.
        """
        before = {leaf for name in touched for leaf in _solids(self.layout, name)}
        now = {leaf for name in touched for leaf in _solids(layout, name)}
        if not before and not now:
            return self._unaffected(layout)
        few = self.is_complete and len(now) <= FEW
        layout.keep_boxes()
        later = Surroundings.__new__(Surroundings)
        later.layout, later.leaves = layout, self.leaves.copy()
        later.contacts, later.is_complete = self.contacts.copy() if few else {}, True
        later.affected = set()
        later.drawn = self.drawn
        for name in before | now:
            later._remove(name)
            later.affected.update(self.contacts.get(name, ()))
        added = [leaf for leaf in (leaf_of(layout, name) for name in sorted(now)) if leaf]
        for leaf in added:
            if few:
                later._connect(leaf)
            later.leaves[leaf.name] = leaf
            later.drawn += _drawn(leaf)
        if not few:
            later.contacts, later.is_complete = find_contacts(later.leaves)
        for leaf in added:
            later.affected.update((leaf.name, *later.contacts.get(leaf.name, ())))
        later.affected &= later.leaves.keys()
        later._keep(self, before | now, few=few)
        return later

    def whole(self) -> "Surroundings":
        """The same, with all leaves affected, so that checks look at everything."""
        whole = copy.copy(self)
        whole.affected = set(self.leaves)
        return whole

    @cached_property
    def outermost(self) -> Outermost:
        """The outermost objects that have leaves."""
        return Outermost(self.leaves)

    @cached_property
    def clusters(self) -> Clusters:
        """The clusters of the leaves that do not stand by themselves."""
        return Clusters(self.leaves, self.contacts)

    @cached_property
    def held_clusters(self) -> dict[Cluster, bool]:
        """Whether something holds a cluster, once worked out."""
        return {}

    def members(self, top: str) -> Sequence[str]:
        """The ids of the leaves of an outermost object."""
        return self.outermost.members[top]

    @property
    def tops(self) -> Mapping[str, Sequence[str]]:
        """The leaves of each outermost object that has some."""
        return self.outermost.members

    def bounds(self, top: str) -> Bounds:
        """Around the leaves of an outermost object."""
        return self.outermost.bounds(top)

    @property
    def subject(self) -> Bounds | None:
        """Around all outermost objects but the ground; None where there is nothing else."""
        return self.outermost.subject

    def with_others(self, layout: Layout) -> "Surroundings":
        """Return the same solids in the layout of a document that differs in others only."""
        later = copy.copy(self)
        later.layout = layout
        return later

    def _unaffected(self, layout: Layout) -> "Surroundings":
        later = self.with_others(layout)
        later.affected = set()
        return later

    def near(self, bounds: Bounds, within: float = 0.0) -> list[str]:
        """The ids of the leaves whose boxes' bounds come within this distance of these."""
        return [
            name
            for name in sorted(self.layout.near(bounds, within + _ROUNDING))
            if name in self.leaves and min(self.leaves[name].box.bounds.overlap(bounds)) >= -within
        ]

    def _remove(self, name: str) -> None:
        leaf = self.leaves.pop(name, None)
        self.drawn -= _drawn(leaf) if leaf else 0
        for other in self.contacts.pop(name, {}):
            if other in self.contacts:
                self.contacts[other] = {**self.contacts[other]}
                del self.contacts[other][name]

    def _connect(self, leaf: Leaf) -> None:
        """Record what an added leaf touches, without changing the maps of the earlier document."""
        own = {}
        for name in self.near(leaf.box.bounds, TOUCHING):
            gap = gap_between(leaf, self.leaves[name])
            if gap <= TOUCHING:
                self.contacts[name] = {**self.contacts.get(name, {}), leaf.name: gap}
                own[name] = gap
        self.contacts[leaf.name] = own

    def _keep(self, before: "Surroundings", changed: set[str], *, few: bool) -> None:
        """Carry on what is known of outermost objects and clusters."""
        if few and "clusters" in before.__dict__:
            affected = changed | self.affected
            self.__dict__["clusters"] = before.clusters.after(self.leaves, self.contacts, affected)
        if "outermost" not in before.__dict__:
            return
        tops = {
            leaves[name].top
            for leaves in (before.leaves, self.leaves)
            for name in changed
            if name in leaves
        }
        members: dict[str, list[str]] = {}
        for top in tops:
            inside = (self.leaves.get(name) for name in _solids(self.layout, top))
            members[top] = [leaf.name for leaf in inside if leaf and leaf.top == top]
        self.__dict__["outermost"] = before.outermost.after(self.leaves, members)


def _drawn(leaf: Leaf) -> int:
    return 1 if leaf.copies is None else len(leaf.copies)


def _solids(layout: Layout, name: str) -> Iterable[str]:
    """The leaves that a change of an object affects: those in it, or the pattern around it."""
    if name not in layout.objects:
        return ()
    pattern = layout.pattern_around(name)
    return layout.solids(pattern or name)
