"""Somebody who is signed in asks everywhere for what is not theirs: nothing is seen or changed."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from hello3d.asgi import mcp_endpoint
from sessions_app.models import Identity, SceneSession
from sessions_app.simulation.servers import PROJECT
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support import tokens
from tests.support.stores import PostgresTemplate
from tests.walk import asking, places
from tests.walk.answers import Answer, Ask, Statements, ask_program, counting_statements
from tests.walk.asking import CSRF, Walker
from tests.walk.sockets import Heard, Socket
from tests.walk.world import (
    GARBAGE,
    NOTHING,
    OWNERS,
    STRANGERS,
    Names,
    deleted,
    forged,
    names,
    rows_of,
)

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

TRIES = 10
# What no path of the API has, a cursor put together by hand, another's password, no code to join.
UNANSWERED = {
    "api/", "api/sessions/", "accounts/login/", "accounts/join/",
    "import_model", "take_screenshot",  # without a file, and without a browser
}  # fmt: skip
State = SceneSession.State


@dataclass(frozen=True)
class World:
    """What there is: the owner's scenes by state, names of none, and the stranger's own."""

    anothers: dict[str, Names]
    none: dict[str, Names]
    own: Names
    stranger: Walker


def _walker(user: User) -> Walker:
    """Somebody signed in on the page, and with a token whose subject is linked to the same user."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    Identity.objects.create(issuer=tokens.ISSUER, subject=user.username, user=user)
    bearer = f"Bearer {tokens.token_of(user.username)}"
    return Walker({"cookie": cookies}, {"authorization": bearer})


def _world() -> World:
    owner, stranger = (User.objects.create_user(name) for name in ("owner", "stranger"))
    anothers = {f"another's {state}": names(owner, OWNERS, state) for state in State}
    if not settings.MCP_ENABLE_MULTI_USER:  # then an edit key is a right, and a file's link
        rights = {name: getattr(forged(), name) for name in ("edit_key", "file", "upload")}
        anothers = {kind: replace(one, **rights) for kind, one in anothers.items()}
    none = {"deleted": deleted(owner), "forged": forged()}
    return World(anothers, none, names(stranger, STRANGERS), _walker(stranger))


@pytest.fixture
async def world(settings: Any, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """With sign-in on, unless the test asks for it off."""
    settings.MCP_ENABLE_MULTI_USER = getattr(request, "param", "on") == "on"
    settings.MCP_JWT_SECRET = tokens.SECRET
    settings.MCP_JWT_ALGORITHM = "HS256"
    settings.MCP_JWT_ISSUERS = [tokens.ISSUER]
    settings.MCP_JWT_AUDIENCE = tokens.AUDIENCE
    # Neither limits nor the clean-up shall be taken for the stranger's doing.
    settings.MCP_RATE_PER_CLIENT = settings.MCP_RATE_PER_SCENE = None
    settings.SCENE_CREATION_QUOTA = None
    settings.MCP_SESSION_CLEANUP_INTERVAL = 86400
    yield await database.run(_world)
    await mcp_endpoint.stop()
    await worker.stop()


def test_every_place_is_walked_to() -> None:
    assert asking.unlisted() == []


@dataclass(frozen=True)
class Place:
    """Where somebody asks, and what is asked there about given names."""

    name: str
    asks: Callable[[Names], list[Ask]]
    world: World
    counted: Statements
    # Of the kinds of scenes that are another's or nobody's, the one to ask about; None is all.
    kind: int | None = None

    async def faults(self) -> list[str]:
        """What a stranger saw, changed, or could tell from the answers."""
        none = self.world.none["forged"]
        faults = []
        for kind, meant in self._kinds().items():
            before = await database.run(rows_of, meant.scene)
            pairs = zip(self.asks(none), self.asks(meant), strict=True)
            found = [await self._compare(none, meant, *pair) for pair in pairs]
            faults += [f"{self.name}, {kind}: {fault}" for fault in found if fault]
            if await database.run(rows_of, meant.scene) != before:
                faults.append(f"{self.name}, {kind}: it was changed")
        for kind, meant in {"garbage": GARBAGE, "nothing": NOTHING}.items():
            for ask in [ask for ask in self.asks(meant) if ask not in self.asks(none)]:
                found_here = await self.answer(ask, meant)
                if found_here.status >= 500 or found_here.tells(OWNERS):
                    faults.append(f"{self.name}, {kind}: {found_here.status} {found_here.text}")
        return faults

    def _kinds(self) -> dict[str, Names]:
        """Staff's pages are all behind one door, and some places name no scene: one is enough."""
        every = {**self.world.anothers, **self.world.none}
        names_none = self.asks(every["forged"]) == self.asks(every["deleted"])
        kinds = [*every.items()]
        if names_none or self.name.startswith("admin/"):
            return dict(kinds[:1])
        return every if self.kind is None else dict([kinds[self.kind % len(kinds)]])

    async def _compare(self, none: Names, meant: Names, of_none: Ask, of_meant: Ask) -> str | None:
        """Answers about this and about nothing must be alike, also in the statements they take.

        What else this process does takes statements too, now and then: alike once is alike.
        """
        for _ in range(TRIES):
            unknown, found = await self.answer(of_none, none), await self.answer(of_meant, meant)
            if found.tells(OWNERS) or found.comparable() != unknown.comparable():
                return f"{found.status} for {unknown.status}: {found.first_difference(unknown)}"
            if found.statements == unknown.statements:
                return None
        return f"takes {found.statements} statements, not {unknown.statements}"

    async def answer(self, ask: Ask, meant: Names) -> Answer:
        walker = self.world.stranger
        proof = walker.client if ask.path.startswith("/mcp") else walker.page
        return (await ask_program(ask.by(proof), self.counted)).without(meant.hidden_in)


WALKS: dict[str, tuple[Callable[[], list[str]], Callable[[str, Names], list[Ask]]]] = {
    "url": (places.urls, asking.of_url),
    "tool": (places.tools, asking.of_tool),
    "resource": (places.resources, asking.of_resource),
    "prompt": (places.prompts, asking.of_prompt),
}


# With sign-in off, what is named by an edit key is everybody's who has it; the rest is not.
WALKS_BY_SWITCH = [*product(["on"], WALKS), ("off", "url")]


@pytest.mark.requirement("X3")
@pytest.mark.parametrize("walk", WALKS)
async def test_a_stranger_sees_and_changes_nothing(world: World, walk: str) -> None:
    """Each place is asked about one kind of scene, and each kind at many places."""
    every, of = WALKS[walk]
    faults = []
    with counting_statements() as counted:
        for number, name in enumerate(every()):
            faults += await Place(name, partial(of, name), world, counted, number).faults()
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.requirement("X3")
@pytest.mark.parametrize(("world", "walk"), WALKS_BY_SWITCH, indirect=["world"])
async def test_of_no_kind_of_scene_a_stranger_sees_or_changes_anything(
    world: World, walk: str
) -> None:
    every, of = WALKS[walk]
    faults = []
    with counting_statements() as counted:
        for name in every():
            faults += await Place(name, partial(of, name), world, counted).faults()
    assert not faults, "\n".join(faults)


@pytest.mark.requirement("X3")
@pytest.mark.parametrize("walk", WALKS)
async def test_the_same_questions_about_their_own_are_answered(world: World, walk: str) -> None:
    """Else the walk would prove nothing: each question that names a scene must be a good one."""
    every, of = WALKS[walk]
    stranger = await database.run(User.objects.get, username="stranger")
    unanswered = []
    with counting_statements() as counted:
        for name in _answered(every()):
            for number, of_none in enumerate(of(name, world.none["forged"])):
                own = await database.run(names, stranger, STRANGERS, lease=timedelta(0))
                ask = of(name, own)[number]
                found = await Place(name, partial(of, name), world, counted).answer(ask, own)
                if ask == of_none:
                    continue
                if found.status >= 400 or '"isError":true' in found.text or '"error"' in found.text:
                    unanswered.append(f"{ask.method} {ask.path} {name}: {found.text[:300]}")
    assert not unanswered, "\n".join(unanswered)


def _answered(every: list[str]) -> list[str]:
    """Staff's pages are not the stranger's, whatever they are asked about."""
    return [name for name in every if name not in UNANSWERED and not name.startswith("admin/")]


async def _said(meant: Names, world: World, message: str) -> Heard:
    """What a stranger hears who says this message, with these names, from their own scene or none.

    `registerSession` is said first, with the names; every other one after registering at home.
    """
    socket = Socket("/ws/scene/", world.stranger.page)
    if await socket.open():
        home = world.own if message != "registerSession" else meant
        await socket.say(_message("registerSession", home))
        if message != "registerSession":
            await socket.say(_message(message, meant))
        await socket.close()
    return socket.heard


def _message(kind: str, meant: Names) -> dict[str, Any]:
    return {"type": kind, **asking.MESSAGES[kind](meant)}


@pytest.mark.requirement("X3")
@pytest.mark.parametrize("message", places.messages())
async def test_a_stranger_hears_and_changes_nothing_over_the_socket(
    world: World, message: str
) -> None:
    unknown = await _said(world.none["forged"], world, message)
    for kind, meant in {**world.anothers, "deleted": world.none["deleted"]}.items():
        before = await database.run(rows_of, meant.scene)
        heard = await _said(meant, world, message)
        assert heard.comparable() == unknown.comparable(), kind
        assert not any(mark in str(heard.frames) for mark in OWNERS), kind
        assert await database.run(rows_of, meant.scene) == before, kind
    for meant in (GARBAGE, NOTHING):
        heard = await _said(meant, world, message)
        assert not any(mark in str(heard.frames) for mark in OWNERS)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_walk_is_the_same_on_postgresql(postgres_template: PostgresTemplate) -> None:
    """The same tests again, in a process of their own whose database is PostgreSQL."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-k",
        "not postgresql",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [*command, str(Path(__file__).relative_to(PROJECT))],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": postgres_template.copy()},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
