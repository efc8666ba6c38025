"""What the pages of a scene show each other: whose they are, what is selected, how they look at it.

Nothing of it changes the scene, and nothing but the name is stored.
"""

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any, ClassVar

from sessions_app.browsers.pairings import LEASE, pairing_rename, person_name
from sessions_app.sockets.registering import RegisteringConsumer
from sessions_app.storage import scene_work
from sessions_app.wire import together_messages
from sessions_app.wire.events import tell_channel, tell_scene

NAME_EVERY_SECONDS = 1.0
SELECTION_EVERY_SECONDS = 0.2
ASK_EVERY_SECONDS = 0.2
VIEW_EVERY_SECONDS = 0.2
# A turn that is overdue for so long was dropped, because the socket was stuck.
LOST_AFTER_SECONDS = 2.0
# Those who follow ask again with each renewal of their lease; a dead process does not.
FOLLOWED_FOR_SECONDS = LEASE.total_seconds()
# Of one page; a scene has fewer pages.
MOST_LOOKERS = 64


class TogetherConsumer(RegisteringConsumer):
    """One page among those of its scene.

    What comes too often is not refused but waits for its turn, and only the latest of it counts: so
    the others always end with what is true.
    """

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[str, Any] = {}  # by the kind of message, those that wait
        self._turns: dict[str, float] = {}  # by the loop's time, when the last one was or will be
        self._selected: list[str] = []
        self._follows: str | None = None
        # By channel, until when each wants this page's view; 0 for once.
        self._lookers: dict[str, float] = {}

    def _take_turn(self, kind: str, every_seconds: float, value: Any) -> None:
        """Have `_due[kind]` handle the latest value, at most once in so many seconds."""
        now = asyncio.get_running_loop().time()
        waits = kind in self._latest and now < self._turns[kind] + LOST_AFTER_SECONDS
        self._latest[kind] = value
        if waits:
            return
        self._turns[kind] = max(now, self._turns.get(kind, -inf) + every_seconds)
        self._later(kind, self._turns[kind] - now, {"type": "turn.came", "kind": kind})

    async def turn_came(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind in self._latest:
            await self._due[kind](self, self._latest.pop(kind))

    # Who is there

    async def _announce_presence(self) -> None:
        if not self._hears and self._worker is not None:
            self._worker.presence.changed(self.scene_session_id)
        await tell_scene(self.scene_session_id, {"type": "scene.presence"})

    async def _announce_arrival(self) -> None:
        """Have the other pages show this one what they show the others."""
        event = {"type": "person.came", "channel": self.channel_name, "person": self.person_id}
        await tell_scene(self.scene_session_id, event)

    async def person_came(self, event: dict[str, Any]) -> None:
        if event["channel"] == self.channel_name:
            return
        if self._selected:
            frame = together_messages.others_selection(self.person_id, self._selected)
            await tell_channel(event["channel"], {"type": "together.shown", "frame": frame})
        if self._follows == event["person"]:  # their page has come back on a new connection
            await self._ask("follow")

    async def _set_name(self, message: together_messages.SetName) -> None:
        self._take_turn("name", NAME_EVERY_SECONDS, message.name)

    async def _rename(self, name: str) -> None:
        self._person = person_name(name)
        await scene_work.run(
            self._line,
            pairing_rename,
            self.pairing_id,
            self._person,
            channel_name=self.channel_name,
        )
        await self._announce_presence()

    # What is selected

    async def _show_selection(self, message: together_messages.ShowSelection) -> None:
        self._take_turn("selection", SELECTION_EVERY_SECONDS, message.objects)

    async def _select(self, objects: list[str]) -> None:
        self._selected = objects
        frame = together_messages.others_selection(self.person_id, objects)
        event = {"type": "together.shown", "frame": frame, "source": self.channel_name}
        await tell_scene(self.scene_session_id, event)

    async def together_shown(self, event: dict[str, Any]) -> None:
        if event.get("source") != self.channel_name:
            await self._send_text(event["frame"], was_asked=True)

    # From where they look

    async def _ask_view(self, message: together_messages.AskView) -> None:
        self._take_turn("ask", ASK_EVERY_SECONDS, message)

    async def _ask_of(self, message: together_messages.AskView) -> None:
        """Follow at most one at a time: to ask for anything ends what was before."""
        await self._follow_no_more()
        if message.person is None:
            return
        self._follows = message.person
        await self._ask("follow" if message.follows else "once")
        if not message.follows:
            self._follows = None

    async def _follow_no_more(self) -> None:
        if self._follows is not None:
            await self._ask("none")
            self._follows = None

    async def _ask(self, wanted: str) -> None:
        event = {"channel": self.channel_name, "person": self._follows, "wanted": wanted}
        await tell_scene(self.scene_session_id, {"type": "view.asked", **event})

    async def _follow_on(self) -> None:
        """Say again that this page follows another one, before that forgets it."""
        if self._follows is not None:
            await self._ask("follow")

    async def view_asked(self, event: dict[str, Any]) -> None:
        """Ask the page for its view if it is its own that is wanted; say when it is no more."""
        channel, wanted = event["channel"], event["wanted"]
        if event["person"] != self.person_id or channel == self.channel_name:
            return
        known = self._lookers.pop(channel, None)
        if wanted == "none":
            if known is not None and not self._lookers:
                await self._send_text(together_messages.view_wanted("none"), was_asked=True)
            return
        if len(self._lookers) >= MOST_LOOKERS:
            return
        now = asyncio.get_running_loop().time()
        self._lookers[channel] = now + FOLLOWED_FOR_SECONDS if wanted == "follow" else 0
        if not known:  # who follows already has it
            await self._send_text(together_messages.view_wanted(wanted), was_asked=True)

    async def _show_view(self, message: together_messages.ShowView) -> None:
        if self._lookers:
            self._take_turn("view", VIEW_EVERY_SECONDS, message)
        else:
            await self._send_text(together_messages.view_wanted("none"), was_asked=True)

    async def _pass_view(self, message: together_messages.ShowView) -> None:
        frame = together_messages.others_view(self.person_id, message)
        now = asyncio.get_running_loop().time()
        lookers, self._lookers = self._lookers, {}
        for channel, until in lookers.items():
            if until > now:
                self._lookers[channel] = until
            if until > now or until == 0:
                await tell_channel(channel, {"type": "together.shown", "frame": frame})

    async def _part(self) -> None:
        """Take back what the other pages show of this one, and follow nobody."""
        if self._selected:
            await self._select([])
        await self._follow_no_more()

    _due: ClassVar[dict[str, Callable[[Any, Any], Awaitable[None]]]] = {
        "name": _rename,
        "selection": _select,
        "ask": _ask_of,
        "view": _pass_view,
    }
