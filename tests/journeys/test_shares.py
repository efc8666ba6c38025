"""Shares from one end to the other: their pages get nothing that opens more, and end at once."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from websockets.asyncio.client import ClientConnection

from tests.conftest import StartServer
from tests.support.calls import call, client_of, open_scene
from tests.support.http import http_client
from tests.support.raw import META, MODERN, Answer
from tests.support.servers import ServerProcess
from tests.support.sockets import next_of, refusal, registered
from tests.support.stores import PostgresTemplate, SqliteTemplate
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("X3")]

# Each string is tried as a key, many more times than anybody may guess.
UNLIMITED = {
    "MCP_FAILURES_PER_CLIENT": "off",
    "MCP_RATE_PER_CLIENT": "off",
    "API_RATE": "off",
}
# Runs of what keys, ids and tokens are made of, in a text or in an address.
STRING = re.compile(r"[0-9A-Za-z_.~%-]{8,}")


async def shares_of(owner: ClientConnection, action: str, **members: Any) -> dict[str, Any]:
    message = {"type": "shareRequest", "requestId": "r", "action": action}
    await owner.send(json.dumps(message | members))
    return await next_of(owner, "shareAnswer", "shareRefused")


async def token_of(owner: ClientConnection, role: str) -> str:
    url: str = (await shares_of(owner, "make", role=role))["made"]["url"]
    return url.split("share=")[1]


def edit_of(name: str, edit_id: str, **arguments: Any) -> str:
    edit = {"type": "sceneEdit", "editId": edit_id, "baseRevision": 0}
    return json.dumps(edit | {"name": name, "arguments": arguments})


async def heard(socket: ClientConnection, until: int) -> list[str]:
    """All frames up to the patch of a revision."""
    frames = []
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            frames.append(str(await socket.recv()))
            if json.loads(frames[-1]).get("revision") == until:
                return frames


async def gained(server: ServerProcess, text: str, own: Collection[str] = ()) -> list[str]:
    """What a text opens, beside the page of its own share."""
    async with http_client() as http:
        opened = [
            *[way async for way in _by_clients(http, server, text)],
            *[way async for way in _by_the_api(http, server, text)],
        ]
    for way in ("sessionId", "share"):
        if way == "sessionId" or text not in own:
            socket, first = await registered(server, **{way: text[:200]})
            await socket.close()
            opened += [way] if first["type"] == "sessionRegistered" else []
    return opened


async def _by_clients(http: AsyncClient, server: ServerProcess, text: str) -> AsyncIterator[str]:
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": MODERN,
        "mcp-method": "tools/call",
        "mcp-name": "get_scene",
    }
    for path, arguments in ((f"/{text}", {}), ("", {"scene": text}), ("", {"session": text})):
        params = {"name": "get_scene", "arguments": arguments, "_meta": META}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        sent = await http.post(f"{server.mcp_url}{path}", json=body, headers=headers)
        answer = Answer(sent.status_code, sent.text, sent.headers)
        if sent.status_code == 200 and answer.code is None:
            yield f"/mcp{path} {arguments}"


async def _by_the_api(http: AsyncClient, server: ServerProcess, text: str) -> AsyncIterator[str]:
    for authorization in (f"Session {text}", f"Token {text}"):
        address = f"{server.url}/api/sessions/1/"
        sent = await http.get(address, headers={"authorization": authorization})
        if sent.status_code < 400:
            yield authorization


async def test_nothing_that_a_shares_page_gets_opens_more_than_it_sees(
    start_server: StartServer, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    server = start_server(sqlite_template.copy(tmp_path), environment=UNLIMITED)
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        link = f"{server.url}/?sessionId={key}"
        owner, first = await registered(server, sessionId=key)
        assert first["sessionId"] == key
        tokens = {role: await token_of(owner, role) for role in ("viewer", "editor")}
        pages, received = {}, {}
        for role, token in tokens.items():
            pages[role], whole = await registered(server, share=token)
            received[role] = json.dumps(whole)
        # A key in each kind of text that comes to a page.
        await call(client, "change_model_color", color="teal", scene=key)
        await call(client, "add_objects", objects=[{"kind": "box", "name": key}], scene=key)
        await owner.send(edit_of("say", "one", text=f"My link is {link}"))
        refused = await client.call_tool("change_model_color", {"color": link, "scene": key})
        assert refused.is_error
        await owner.send(edit_of("change_model_color", "two", color="red"))
        async with http_client() as http:
            for role, token in tokens.items():
                received[role] += "\n".join(await heard(pages[role], until=3))
                again, whole = await registered(server, share=token)
                await again.close()
                shown = await http.get(f"{server.url}/?share={token}")
                assert shown.headers["cache-control"] == "no-store"
                assert shown.headers["referrer-policy"] == "same-origin"
                received[role] += json.dumps(whole) + shown.text
        for role, text in received.items():
            assert key not in text
            assert ("My link is" in text) == (role == "editor")
        found = {text[:200] for text in STRING.findall("\n".join(received.values()))}
        strings = found | {tokens["viewer"].swapcase(), f"{server.url}/?share={tokens['editor']}"}
        assert set(tokens.values()) <= strings
        for text in sorted(strings):
            assert await gained(server, text, tokens.values()) == [], text
        assert len(await gained(server, key)) == 5  # of what the strings are tried as
        for socket in (owner, *pages.values()):
            await socket.close()


async def test_a_revoked_share_ends_its_pages_at_another_process_at_once(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    url = postgres_template.copy()
    one, two = [start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two")]
    async with client_of(one, "auto") as client:
        key = await open_scene(client)
    owner, _ = await registered(one, sessionId=key)
    pages = {}
    for role in ("viewer", "editor"):
        token = await token_of(owner, role)
        pages[role] = (*await registered(two, share=token), token)
        assert pages[role][1]["role"] == role
    [editor_share, viewer_share] = (await shares_of(owner, "list"))["shares"]
    await shares_of(owner, "revoke", id=viewer_share["id"])
    viewer, _, token = pages["viewer"]
    async with asyncio.timeout(5):  # a lease is renewed after 25 s
        assert (await next_of(viewer, "error"))["code"] == "share_unknown"
        await viewer.wait_closed()
    assert viewer.close_code == 4404
    _, again = await registered(two, share=token)
    assert again["code"] == "share_unknown"
    # The other one goes on, until it may only look.
    editor, _, token = pages["editor"]
    await editor.send(edit_of("change_model_color", "one", color="red"))
    assert (await next_of(editor, "sceneEdited", "sceneEditRefused"))["type"] == "sceneEdited"
    await shares_of(owner, "change", id=editor_share["id"], role="viewer")
    async with asyncio.timeout(5):
        assert (await next_of(editor, "error"))["code"] == "come_back"
    back, first = await registered(two, share=token)
    assert first["role"] == "viewer"
    await back.send(edit_of("change_model_color", "two", color="blue"))
    assert (await next_of(back, "sceneEditRefused"))["code"] == "not_allowed"
    assert (await refusal(two, token))[1] == 4404  # which is no key
    for socket in (owner, back):
        await socket.close()
