"""Performs one page's edits in order, beside the loop that reads its messages.

An edit of a held scene waits. In that loop, the page's other messages (its acknowledgement of a
call's change, say) would wait with it.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from sessions_app.errors import (
    NotAllowedError,
    SceneSessionClosedError,
    SceneSessionUnknownError,
    ShareUnknownError,
    StoreBusyError,
    StoreError,
)
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import BUSY_FOR_SECONDS
from sessions_app.limits.refusals import refusals
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations.locked import LockedError
from sessions_app.steering.edits import Edit, perform
from sessions_app.wire import scene_messages
from sessions_app.wire.events import Event
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

# More than our page ever has in flight.
MAX_WAITING = 64
MAX_WAITING_BYTES = 512 * 1024  # of their arguments, as JSON; a single edit may have more
_TOO_MANY = "Too many changes wait to be stored. Wait a few seconds, then try again."
_HELD = "This scene is held by another process at the moment. Nothing was changed: try again."
_AWAY = "The server could not store this at the moment. Look whether it is done, or try again."
_OLD_LINK = "This link was replaced by a new one. Ask its owner for that."
_FAULT = "Something went wrong. Look whether it is done, or try again."


class Edits:
    """The queue of one connection's edits; `post` queues an event for the connection."""

    def __init__(self, post: Callable[[Event], Awaitable[None]]) -> None:
        self._post = post
        self._waiting: deque[tuple[Edit, int]] = deque()
        self._waiting_bytes = 0
        self._unanswered: set[str] = set()  # edit ids, the running one's too
        self._task: asyncio.Task[None] | None = None

    def put(self, edit: Edit) -> Event | None:
        """Queue an edit; if too many wait already, return its refusal.

        One that still waits is not queued again: after a refusal its copy would be performed.
        """
        if edit.edit_id in self._unanswered:
            return None
        size = len(json.dumps(edit.arguments))
        if self._is_full(size):
            refusals.note(Limit.EDITS_WAITING)
            return _refused(edit.edit_id, "busy", _TOO_MANY, BUSY_FOR_SECONDS)
        self._waiting.append((edit, size))
        self._waiting_bytes += size
        self._unanswered.add(edit.edit_id)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="edits")
        return None

    def stop(self) -> None:
        """Drop the queue: the page sends again what was not answered.

        An edit in its transaction is still stored and announced.
        """
        self._waiting.clear()
        self._waiting_bytes = 0
        self._unanswered.clear()
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while self._waiting:
            edit, size = self._waiting.popleft()
            self._waiting_bytes -= size
            events = await self._events_of(edit)
            self._unanswered.discard(edit.edit_id)
            for event in events:
                await self._post(event)

    def _is_full(self, size: int) -> bool:
        too_large = self._waiting and self._waiting_bytes + size > MAX_WAITING_BYTES
        return bool(too_large) or len(self._waiting) >= MAX_WAITING

    async def _events_of(self, edit: Edit) -> list[Event]:
        """Return the connection's events after an edit: its answer, and perhaps its own close."""
        try:
            revision = await perform(await worker.current(), edit)
        except SceneError as error:
            text = _words_of(error)
            refused = _refused(edit.edit_id, error.code, text, error.retry_after_seconds)
            return [refused, *_end_after(error)]
        except Exception:  # the top of an edit: the traceback goes to the log
            logger.exception("an edit failed")
            return [_refused(edit.edit_id, "internal", _FAULT)]
        return [_answer(scene_messages.scene_edited(edit.edit_id, revision))]


def _words_of(error: SceneError) -> str:
    """Return the refusal's text for the person at the page."""
    if isinstance(error, SceneSessionClosedError | ShareUnknownError):
        return error.page_text
    if isinstance(error, SceneSessionUnknownError):
        return _OLD_LINK
    if isinstance(error, StoreBusyError):
        return _HELD
    if isinstance(error, LockedError):
        return error.page_text
    return _AWAY if isinstance(error, StoreError) else error.message


def _end_after(error: SceneError) -> list[Event]:
    """Return the event that ends a page which may not stay, or not as what it is here."""
    if isinstance(error, SceneSessionClosedError):
        return [{"type": "session.ended"}]
    if isinstance(error, SceneSessionUnknownError | NotAllowedError):
        return [{"type": "access.changed"}]
    return []


def _refused(edit_id: str, code: str, text: str, seconds: float | None = None) -> Event:
    refused = scene_messages.scene_edit_refused(edit_id, code, text, retry_after_seconds=seconds)
    return _answer(refused)


def _answer(frame: str) -> Event:
    return {"type": "edit.answered", "frame": frame}
