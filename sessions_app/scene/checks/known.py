"""Surroundings of recent documents, so that a change costs what it touches."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.document.graph import Objects
from sessions_app.scene.geometry.layout import Layout

# Of all documents together, copies of patterns included: some 3 kB for each solid, and less where
# documents share most of them.
MAX_KEPT_SOLIDS = 20_000

# By id of the map of objects; the entry keeps the map alive, so its id is not used again.
_kept: OrderedDict[int, Surroundings] = OrderedDict()
_weight = 0
_lock = threading.Lock()


def surroundings_of(objects: Objects) -> Surroundings:
    """Return the surroundings of a document's objects; the map must never change."""
    return _find(objects) or keep(Surroundings(Layout(objects)))


def layout_of(objects: Objects) -> Layout:
    """Return the layout of a document's objects without finding what touches; as above."""
    known = _find(objects)
    return known.layout if known else Layout(objects)


def surroundings_after(before: Objects, objects: Objects, touched: Iterable[str]) -> Surroundings:
    """Return the surroundings after a change.

    Args:
        before: the objects of the earlier document.
        objects: those of the later one.
        touched: the ids of those that were added, changed or removed between.
    """
    if objects is before:
        return surroundings_of(objects)
    known = _find(objects)
    if known is not None:
        return known
    earlier = surroundings_of(before)
    ids = list(touched)
    return keep(earlier.after(earlier.layout.after(objects, ids), ids))


def is_known(objects: Objects) -> bool:
    """Return whether the surroundings of a document's objects need not be worked out."""
    return id(objects) in _kept


def _find(objects: Objects) -> Surroundings | None:
    with _lock:
        found = _kept.get(id(objects))
        if found is not None:
            _kept.move_to_end(id(objects))
        return found


def keep(around: Surroundings) -> Surroundings:
    """Keep the surroundings of a document, and return them."""
    global _weight
    key = id(around.layout.objects)
    with _lock:
        if key in _kept:
            _weight -= _weight_of(_kept.pop(key))
        _kept[key] = around
        _weight += _weight_of(around)
        while _weight > MAX_KEPT_SOLIDS and len(_kept) > 1:
            _, dropped = _kept.popitem(last=False)
            _weight -= _weight_of(dropped)
    return around


def _weight_of(around: Surroundings) -> int:
    """Return what a document counts for: all it draws, and as much as ten for what each has."""
    return around.drawn + 10
