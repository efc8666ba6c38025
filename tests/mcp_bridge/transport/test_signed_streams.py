"""What a client has open ends with its sign-in; two connections are never taken for one."""

import asyncio
import json
import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from mcp_bridge.transport.signed_requests import SignedRequest
from sessions_app.models import Identity
from sessions_app.people.bearers import Bearers
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.routing import Target
from sessions_app.sessions.subscriptions import subscription_add, subscriptions_of
from sessions_app.storage import database
from sessions_app.workers.sign_in_keeper import SignInKeeper
from tests.conftest import StartServer
from tests.support.calls import call, client_of
from tests.support.commands import run_module
from tests.support.forms import send_form
from tests.support.http import http_client
from tests.support.people import person, scene_of, switch_on
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.stdio import environment_of, stdio_client_of
from tests.support.storage import execute, rows
from tests.support.stores import PostgresTemplate
from tests.support.tokens import ISSUER, SIGN_IN, token_of
from tests.support.waiting import until_true

pytestmark = pytest.mark.anyio

# A sign-in is looked at once a second; nothing else would end a stream as soon as this.
ENDS_WITHIN_SECONDS = 20


def _deactivate(server: ServerProcess, subject: str) -> None:
    """As a command or another program would: no worker is told."""
    execute(
        server.database_url,
        "UPDATE auth_user SET is_active = false WHERE id ="
        f" (SELECT user_id FROM sessions_app_identity WHERE subject = '{subject}')",
    )


@pytest.mark.requirement("X2")
async def test_a_stream_ends_with_its_persons_sign_in(sign_in_server: ServerProcess) -> None:
    subject = f"person-{uuid4().hex}"
    token = token_of(subject)
    async with RawClient(sign_in_server, HANDSHAKE, bearer=token) as client:
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "text/event-stream",
            "mcp-session-id": client.token,
            "mcp-protocol-version": HANDSHAKE,
        }
        async with (
            http_client(headers=headers) as http,
            http.stream("GET", sign_in_server.mcp_url) as stream,
        ):
            assert stream.status_code == 200
            _deactivate(sign_in_server, subject)
            async with asyncio.timeout(ENDS_WITHIN_SECONDS):
                async for _ in stream.aiter_bytes():
                    pass

        # A token is looked up at most once a second: its stream may end a moment sooner.
        async def is_out() -> bool:
            return (await client.call("list_sessions", "{}")).status == 401

        await until_true(is_out, seconds=ENDS_WITHIN_SECONDS, pause=0.1)


@pytest.mark.requirement("X4")
async def test_two_connections_may_send_the_same_message(sign_in_server: ServerProcess) -> None:
    """Also with equal JSON-RPC ids, at the same moment, and of one person."""
    token = token_of(f"person-{uuid4().hex}")
    async with (
        RawClient(sign_in_server, HANDSHAKE, bearer=token) as first,
        RawClient(sign_in_server, HANDSHAKE, bearer=token) as second,
        RawClient(sign_in_server, HANDSHAKE, bearer=token_of(f"person-{uuid4().hex}")) as other,
    ):
        answers = await asyncio.gather(
            *(
                client.call("change_model_color", '{"color": "teal"}')
                for client in (first, second, other)
            )
        )
    keys = [answer.message["result"]["structuredContent"]["sessionId"] for answer in answers]
    assert keys[0] == keys[1] != keys[2]
    key = keys[0].replace("-", "")
    query = (
        "SELECT count(*) FROM sessions_app_toolcall c JOIN sessions_app_scenesession s"
        f" ON s.id = c.scene_session_id WHERE s.edit_key = '{key}'"
    )
    assert rows(sign_in_server.database_url, query) == [(2,)]


@pytest.mark.requirement("X3")
async def test_a_stdio_process_acts_as_whom_it_is_told(
    sign_in_server: ServerProcess, start_server: StartServer
) -> None:
    del start_server
    url, subject = sign_in_server.database_url, f"person-{uuid4().hex}"
    async with client_of(sign_in_server, "auto", token=token_of(subject)) as client:
        key = (await call(client, "get_browser_connection_url"))["sessionId"]
    query = (
        "SELECT username FROM auth_user u JOIN sessions_app_identity i ON i.user_id = u.id"
        f" WHERE i.subject = '{subject}'"
    )
    [(name,)] = rows(url, query)
    options: dict[str, Any] = dict(SIGN_IN)
    async with stdio_client_of(url, "auto", "--user", name, **options) as client:
        assert (await call(client, "get_scene"))["sessionId"] == key


@pytest.mark.requirement("X3")
@pytest.mark.parametrize("arguments", [(), ("--user", "nobody-of-that-name")])
def test_a_stdio_process_acts_as_nobody_where_people_sign_in(
    sign_in_server: ServerProcess, arguments: tuple[str, ...]
) -> None:
    refused = run_module(
        *("manage", "mcp_stdio", *arguments),
        environment=environment_of(sign_in_server.database_url, SIGN_IN),
    )
    assert refused.returncode != 0
    assert "add --user with the name of an active user" in refused.stderr


@pytest.mark.requirement("X3")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
async def test_a_stream_ends_with_what_its_person_may(
    settings: Settings, change: dict[str, bool]
) -> None:
    switch_on(settings)
    staff = await person(is_staff=True)
    identity = await Identity.objects.acreate(issuer=ISSUER, subject=uuid4().hex, user=staff)
    bearer = await Bearers().find(token_of(identity.subject))
    keeper = SignInKeeper()

    async def send(_: Any) -> None:
        raise AssertionError("nothing was begun")

    request = SignedRequest(bearer, send)
    keeper.add(request)
    try:
        await keeper.look()
        assert not request.scope.cancel_called
        await User.objects.filter(pk=staff.pk).aupdate(**change)
        await keeper.look()
        assert request.scope.cancel_called
    finally:
        await keeper.stop()


@pytest.mark.requirement("X3")
@pytest.mark.django_db(transaction=True)
async def test_who_is_staff_no_more_hears_of_nobody_elses_scene(settings: Settings) -> None:
    switch_on(settings)
    staff, scene = await person(is_staff=True), await scene_of(await person())
    mine = await scene_of(staff)
    protocol_session = uuid4().hex
    before, after = Principal(staff.pk, is_staff=True), Principal(staff.pk)
    for one in (scene, mine):
        target = Target(edit_key=one.edit_key, principal=before)
        uri = f"scene://{one.edit_key}"
        await database.run(subscription_add, target, protocol_session=protocol_session, uri=uri)

    async def heard_of(principal: Principal) -> list[int]:
        wishes = await database.run(subscriptions_of, protocol_session, principal)
        return [wish.scene_session_id for wish in wishes]

    assert await heard_of(before) == [scene.pk, mine.pk]
    assert await heard_of(after) == [mine.pk]
    assert await heard_of(ANYONE) == []


async def _sign_in(http: httpx2.AsyncClient, name: str, password: str) -> None:
    """Sign in on the page, and keep the cookies."""
    fields = {"username": name, "password": password}
    assert (await send_form(http, "/accounts/login/", **fields)).status_code == 302


@pytest.mark.long
@pytest.mark.requirement("X3")
async def test_who_signs_out_at_one_worker_is_out_at_all(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    database_url = postgres_template.copy()
    environment = SIGN_IN | {"COOKIE_NAME": "ours"}  # behind one address, their ports are not seen
    servers = [
        start_server(database_url, redis_url=valkey_url, instance=name, environment=environment)
        for name in ("one", "two")
    ]
    made = await asyncio.to_thread(
        run_module,
        *("manage", "create_demo_users", "1"),
        environment=environment_of(database_url, SIGN_IN),
    )
    assert made.returncode == 0, made.stderr
    [(name, password, token)] = re.findall(
        r"name: (\S+)  password: (\S+)\ntoken: (\S+)", made.stdout
    )
    async with client_of(servers[0], "auto", token=token) as client:
        key = (await call(client, "get_browser_connection_url"))["sessionId"]

    async def opened(server: ServerProcess, **headers: str) -> ClientConnection:
        origin = Origin(servers[0].url if "cookie" in headers else server.url)
        socket = await connect(server.socket_url, origin=origin, additional_headers=headers)
        message = {"type": "registerSession", "sessionId": key, "browserId": uuid4().hex}
        await socket.send(json.dumps(message))
        assert json.loads(await socket.recv())["type"] == "sessionRegistered"
        return socket

    async with http_client(base_url=servers[0].url) as http:
        await _sign_in(http, name, password)
        cookie = f"ours={http.cookies['ours']}"
        pages = [await opened(server, cookie=cookie) for server in servers]
        programs = [await opened(server, authorization=f"Bearer {token}") for server in servers]
        headers = {"x-csrftoken": http.cookies["ours_csrf"]}
        assert (await http.post("/accounts/logout/", headers=headers)).status_code == 302
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        for page in pages:
            await page.wait_closed()
    assert [page.close_code for page in pages] == [4401, 4401]
    assert [program.close_code for program in programs] == [None, None]
    execute(database_url, f"UPDATE auth_user SET is_active = false WHERE username = '{name}'")
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        for program in programs:
            await program.wait_closed()
    assert [program.close_code for program in programs] == [4401, 4401]
