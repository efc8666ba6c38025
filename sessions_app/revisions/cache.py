"""Caches parsed documents in memory, bounded by bytes."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from sessions_app.scene.document import Document

# In bytes of JSON. A parsed document takes eight times as much (measured from 522 bytes to 1.6 MB),
# so a full cache is about 290 MB. It holds 60,000 start scenes, or 16 scenes of 2 MB.
MAX_CACHED_BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class CachedDocument:
    """A document at a revision; `size` is approximately the length of its JSON.

    `text` is that JSON, once needed. Documents never change, so it stays valid.
    """

    revision: int
    document: Document
    size: int
    text: str | None = None


class DocumentCache:
    """An LRU cache of parsed documents by session; a hit requires the same revision."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = Lock()
        self._entries: OrderedDict[int, CachedDocument] = OrderedDict()
        self._total = 0

    @property
    def total_bytes(self) -> int:
        return self._total

    def get(self, scene_session_id: int, revision: int) -> CachedDocument | None:
        with self._lock:
            entry = self._entries.get(scene_session_id)
            if entry is None or entry.revision != revision:
                return None
            self._entries.move_to_end(scene_session_id)
            return entry

    def put(self, scene_session_id: int, entry: CachedDocument) -> None:
        """Store a session's document in place of its previous one, unless it exceeds the limit."""
        with self._lock:
            last = self._entries.pop(scene_session_id, None)
            self._total -= last.size if last else 0
            if entry.size > self._limit:
                return
            self._entries[scene_session_id] = entry
            self._total += entry.size
            while self._total > self._limit:
                _, oldest = self._entries.popitem(last=False)
                self._total -= oldest.size

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._total = 0
