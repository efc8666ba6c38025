"""A page's place at a scene: how it registers, what it may do there, and when that ends."""

import asyncio
import logging
import time
from typing import Any
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

from sessions_app import clock
from sessions_app.browsers import joining
from sessions_app.browsers.pairings import Visitor, person_name
from sessions_app.errors import (
    PairingCodeUnknownError,
    SceneSessionClosedError,
    SceneSessionUnknownError,
    ShareUnknownError,
    TooManyCodesTriedError,
    TooManyConnectionsError,
)
from sessions_app.limits import failures
from sessions_app.limits.rates import RateLimitedError
from sessions_app.models import Role
from sessions_app.people.access import Access, Grant, grant_now
from sessions_app.sessions.closing import closed_error
from sessions_app.sockets.pairing_codes import PairingCodes
from sessions_app.sockets.sign_in import Visit, may_open, visit_of
from sessions_app.storage import database
from sessions_app.telemetry import log_fields
from sessions_app.web import links, origins
from sessions_app.wire.page_messages import RegisterSession
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

REGISTER_WITHIN_SECONDS = 10
SILENT_AFTER_SECONDS = 60
OPEN_CHANNEL_WITHIN_SECONDS = 2.0
# A longer timer would be no more exact, and the lease's renewals find an expired share as well.
MAX_TIMER_SECONDS = 3600.0


def _access_of(message: RegisterSession) -> Access:
    """Return what a page came with, by the one way in that its message has."""
    if message.share is not None:
        return Access(share=message.share)
    return Access(edit_key=links.find_edit_key(message.session_id or ""))


class RegisteringConsumer(PairingCodes):
    """One browser's connection, identified by its channel name; `browserId` grants nothing.

    `grant` is what the page is at its scene. It is judged at each registration, and again when
    its link or share changes: by an event at once, and by the lease's renewal if that was lost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pairing_id = 0
        self.person_id = ""  # by which the other pages know this one
        self.grant = Grant(Role.VIEWER)
        self._line = ""  # the queue of the scene's work
        self._person = ""  # the name of the page's person, if they gave one
        self._hears = True  # whether changes arrive as they happen
        self._visit: Visit | None = None
        self._slowed: RateLimitedError | None = None
        self._browser_id = ""
        self._worker: worker.Worker | None = None

    async def _event_sources(self) -> list[Any]:
        layer = get_channel_layer()
        here = worker.begun()
        self._hears = here is None or not here.layer.is_away
        if self._hears:
            try:
                async with asyncio.timeout(OPEN_CHANNEL_WITHIN_SECONDS):
                    self.channel_name = await layer.new_channel()
            except (RedisError, TimeoutError):
                self._hears = False
        if not self._hears:  # heartbeats bring the changes instead
            self.channel_name = f"unheard.{uuid4().hex}"
            return []

        async def receive_event() -> dict[str, Any]:
            return dict(await layer.receive(self.channel_name))

        return [receive_event]

    # For subclasses

    async def _registered(self, joined: joining.Joined, here: worker.Worker) -> None:
        """Show the scene to the page, which is part of its group by now."""
        raise NotImplementedError

    # Signing in

    async def _may_open(self) -> bool:
        await self._find_visit()
        if self._visit is not None:
            log_fields.add(principal=self._visit.principal.logged_as)
        return may_open(self.scope, self._visit)

    async def _find_visit(self) -> None:
        """Identify the visitor, unless the address has failed too often lately."""
        self._visit = self._slowed = None
        try:
            self._visit = await visit_of(self.scope)
        except RateLimitedError as error:
            self._slowed = error

    async def _accepted(self) -> None:
        # A page without a sign-in may still have a share, which the first message says.
        has_token = origins.header(self.scope["headers"], b"authorization") is not None
        if self._visit is None and (has_token or self._slowed is not None):
            await self._refuse_visit("Sign in to open this scene.")
            return
        self._later("registration", REGISTER_WITHIN_SECONDS, {"type": "registration.expired"})

    # Registering

    async def _register(self, message: RegisterSession) -> None:
        access = _access_of(message)
        if self.pairing_id and (access, message.browser_id) != (self.access, self._browser_id):
            text = "This connection belongs to another scene or browser: open a new one."
            await self._bad_message(text)
            return
        if access.share is None:
            await self._sign_in()
        if message.waiting:
            await self._wait(message)
        else:
            await self._enter(access, message)

    async def _enter_proposed(self, edit_key: UUID, message: RegisterSession) -> None:
        await self._enter(Access(edit_key=edit_key), message)

    async def _enter(self, access: Access, message: RegisterSession) -> None:
        """Join the group before reading the scene, so that no change is missed between them."""
        visitor = Visitor(
            browser_id=message.browser_id,
            name=message.name,
            channel_name=self.channel_name,
            remote_address=origins.client_address(self.scope),
            user_agent=origins.header(self.scope["headers"], b"user-agent") or "",
            principal=self.principal,
        )
        networks = origins.networks_of(visitor.remote_address)
        try:
            failures.require_few(networks)
            self._worker = await worker.current()
            if message.code is not None:
                access = Access(edit_key=await self._scene_of(message.code))
            joined = await joining.join(
                access,
                visitor,
                known_revision=message.revision,
                hears=self._hears,
                code=message.code,
            )
        except SceneSessionUnknownError as error:
            failures.count(networks)
            await self._refuse_unknown(error)
            return
        except PairingCodeUnknownError as error:
            await self._refuse(CloseCode.NO_SUCH_SESSION, error.code, error.page_text)
            return
        except SceneSessionClosedError as error:
            await self._refuse(CloseCode.SESSION_CLOSED, error.code, error.page_text)
            return
        except (TooManyConnectionsError, TooManyCodesTriedError, RateLimitedError) as error:
            await self._refuse(CloseCode.TOO_MANY, error.code, error.message)
            return
        self._cancel("registration")
        self.access, self._browser_id = access, message.browser_id
        self._person, self.person_id = person_name(message.name), joined.person_id
        self._line = joined.line
        self.scene_session_id, self.pairing_id = joined.scene_session_id, joined.pairing_id
        self._be(joined.grant)
        log_fields.add(scene=joined.scene_session_id)
        self._worker.leases.add(self)
        if settings.MCP_ENABLE_MULTI_USER and access.share is None:
            self._worker.sign_ins.add(self)
        await self._registered(joined, self._worker)

    async def _sign_in(self) -> None:
        """Require the sign-in, which may have ended since the handshake."""
        was_signed_in = self._visit is not None
        if was_signed_in:
            await self._find_visit()
        if self._visit is None:
            text = "You are signed out." if was_signed_in else "Sign in to open this scene."
            await self._refuse_visit(text)
            return
        self.sign_in, self.principal = self._visit.sign_in, self._visit.principal

    def _be(self, grant: Grant) -> None:
        """Take a role, and watch the end of the share that gives it."""
        self.grant = grant
        self._cancel("share")
        if grant.ends_at is not None:
            left = max(0.0, (grant.ends_at - clock.now()).total_seconds())
            self._later("share", min(left, MAX_TIMER_SECONDS), {"type": "access.changed"})

    # From the channel layer

    async def link_replaced(self, event: dict[str, Any]) -> None:
        if str(self.access.edit_key) == event["edit_key"]:
            await self._refuse_lost()

    async def share_changed(self, event: dict[str, Any]) -> None:
        if self.grant.share_id == event["share"]:
            await self.access_changed(event)

    # From this process

    async def access_changed(self, _: dict[str, Any]) -> None:
        """Judge again what the page is: it stays, comes back as something else, or has to go."""
        grant = await database.run(grant_now, self.access, self.scene_session_id, self.principal)
        if grant is None:
            await self._refuse_lost()
        elif grant.role != self.grant.role:
            await self._send_back("What you may do here has changed: the page comes back.")
        else:
            self._be(grant)

    async def registration_expired(self, _: dict[str, Any]) -> None:
        await self._refuse(
            CloseCode.NOT_REGISTERED, "not_registered", "No registerSession came in time."
        )

    async def signed_out(self, _: dict[str, Any]) -> None:
        await self._refuse_stranger("You are signed out.")

    async def session_ended(self, _: dict[str, Any]) -> None:
        error = await database.run(closed_error, self.scene_session_id)
        await self._refuse(CloseCode.SESSION_CLOSED, error.code, error.page_text)

    def is_alive(self) -> bool:
        return time.monotonic() - self._heard_at < SILENT_AFTER_SECONDS

    def end(self) -> None:
        self._post({"type": "session.ended"})

    def judge_again(self) -> None:
        self._post({"type": "access.changed"})

    def sign_out(self) -> None:
        self._post({"type": "signed.out"})

    # Refusing

    async def _refuse_unknown(self, error: SceneSessionUnknownError) -> None:
        if isinstance(error, ShareUnknownError):
            await self._refuse(CloseCode.NO_SUCH_SESSION, error.code, error.page_text)
        if self.principal.joined and self.principal.user_id is None:
            await self._refuse_stranger("Sign in to open other scenes than that of the link.")
        await self._refuse(CloseCode.NO_SUCH_SESSION, error.code, error.message)

    async def _refuse_lost(self) -> None:
        """Turn away a page whose link was replaced, or whose share has ended."""
        if self.access.share is not None:
            await self._refuse_unknown(ShareUnknownError())
        text = "This link was replaced by a new one. Ask its owner for that."
        await self._refuse(CloseCode.LINK_REPLACED, "link_replaced", text)

    async def _refuse_stranger(self, text: str) -> None:
        await self._refuse(CloseCode.NOT_SIGNED_IN, "not_signed_in", text)

    async def _refuse_visit(self, text: str) -> None:
        if self._slowed is not None:
            await self._refuse(CloseCode.TOO_MANY, self._slowed.code, self._slowed.message)
        await self._refuse_stranger(text)

    # Leaving

    async def _give_up_place(self) -> None:
        """End the registration, first in the database, which works without the layer."""
        if self._worker is None or not self.pairing_id:
            return
        self._worker.leases.remove(self)
        self._worker.sign_ins.remove(self)
        await joining.leave(
            self._line,
            self.pairing_id,
            channel_name=self.channel_name,
            close_code=self._close_code,
        )
