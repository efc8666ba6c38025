"""Performs what an owner's page asks of its scene's shares, beside the loop that reads messages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sessions_app.browsers.pairings import unknown_error
from sessions_app.errors import NotAllowedError, SceneSessionClosedError, StoreError
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import BUSY_FOR_SECONDS
from sessions_app.models import Role, Share
from sessions_app.models.roles import Right
from sessions_app.people.access import Access, role_of
from sessions_app.people.principals import Principal
from sessions_app.scene.errors import SceneError
from sessions_app.sessions.closing import closed_error, lock_living
from sessions_app.sessions.shares import (
    expiry_in,
    share_change,
    share_make,
    share_revoke,
    shares_of,
)
from sessions_app.storage import scene_work
from sessions_app.web import links
from sessions_app.wire import scene_messages
from sessions_app.wire.events import Event
from sessions_app.wire.page_messages import ShareRequest
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

_BUSY = "Another change of the links is not stored yet. Wait a moment, then try again."
_AWAY = "The server could not store this at the moment. Try again."
_FAULT = "Something went wrong. Try again."


@dataclass(frozen=True, slots=True)
class Asker:
    """The page that asks: what it came with, whose it is, and under which origin it is open."""

    scene_session_id: int
    line: str
    access: Access
    principal: Principal
    public_origin: str


class Sharing:
    """One connection's requests, one at a time; `post` queues an event for the connection."""

    def __init__(self, post: Callable[[Event], Awaitable[None]]) -> None:
        self._post = post
        self._task: asyncio.Task[None] | None = None

    def put(self, message: ShareRequest, asker: Asker) -> Event | None:
        """Start a request; return its refusal if another one is in flight."""
        if self._task is not None and not self._task.done():
            return refused(message.request_id, "busy", _BUSY, BUSY_FOR_SECONDS)
        self._task = asyncio.create_task(self._run(message, asker), name="sharing")
        return None

    def stop(self) -> None:
        """Drop the answer; what is in its transaction is still stored."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, message: ShareRequest, asker: Asker) -> None:
        await self._post(await _answered(message, asker))


async def _answered(message: ShareRequest, asker: Asker) -> Event:
    request_id = message.request_id
    try:
        (await worker.current()).call_rates.count(Limit.RATE_PER_SCENE, asker.line)
        shares, made = await scene_work.run(asker.line, _perform, message, asker)
    except SceneSessionClosedError as error:
        return refused(request_id, error.code, error.page_text)
    except StoreError as error:
        return refused(request_id, error.code, _AWAY, error.retry_after_seconds)
    except SceneError as error:
        return refused(request_id, error.code, error.message, error.retry_after_seconds)
    except Exception:  # the top of a request: the traceback goes to the log
        logger.exception("a request about shares failed")
        return refused(request_id, "internal", _FAULT)
    return _answer(scene_messages.share_answer(request_id, shares, made))


@transaction.atomic
def _perform(
    message: ShareRequest, asker: Asker
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Do what is asked; return the scene's shares by then, and what was made, with its link."""
    _require_right(asker)
    pk, user_id, given = asker.scene_session_id, asker.principal.user_id, message.model_fields_set
    made, expires_at = None, expiry_in(message.expires_in_seconds)
    if message.action == "make" and message.role is not None:
        share, token = share_make(
            pk,
            role=Role(message.role),
            name=message.name or "",
            expires_at=expires_at,
            user_id=user_id,
        )
        url = links.share_url(token, public_origin=asker.public_origin)
        made = {**_shown(share), "url": url}
    elif message.action == "change" and message.id is not None:
        changed: dict[str, Any] = {
            **({"role": Role(message.role)} if message.role else {}),
            **({"name": message.name} if message.name is not None else {}),
            **({"expires_at": expires_at} if "expires_in_seconds" in given else {}),
        }
        share_change(pk, message.id, changed, user_id=user_id)
    elif message.action == "revoke" and message.id is not None:
        share_revoke(pk, message.id, user_id=user_id)
    return [_shown(share) for share in shares_of(pk)], made


def _require_right(asker: Asker) -> None:
    scene_session = lock_living(asker.scene_session_id)
    if scene_session is None:
        raise closed_error(asker.scene_session_id)
    grant = role_of(asker.access, scene_session, asker.principal)
    if grant is None:
        raise unknown_error(asker.access)
    if not grant.allows(Right.SHARE):
        raise NotAllowedError


def _shown(share: Share) -> dict[str, Any]:
    """Return a share as its owner's pages have it."""
    times = {"madeAt": share.made_at, "expiresAt": share.expires_at, "usedAt": share.used_at}
    return {
        "id": share.pk,
        "role": share.role,
        "name": share.name,
        **{name: at.isoformat() if at else None for name, at in times.items()},
    }


def refused(request_id: str, code: str, text: str, seconds: float | None = None) -> Event:
    """Return the event that refuses a request, in words for the person."""
    return _answer(
        scene_messages.share_refused(request_id, code, text, retry_after_seconds=seconds)
    )


def _answer(frame: str) -> Event:
    return {"type": "edit.answered", "frame": frame}
