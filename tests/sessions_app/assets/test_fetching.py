"""Models that calls have fetched: from public addresses, never by a detour, bounded."""

import socket
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.models import box_model
from tests.support.plain_servers import answering, say

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N14")]

Answers = dict[str, tuple[int, dict[str, str], bytes]]
# Addresses that are not public ones, however they are written.
INSIDE = [
    *("127.0.0.1", "127.1", "0", "2130706433", "0x7f000001", "[::1]", "[::]"),
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[fe80::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[fc00::1]", "224.0.0.1"),
    *("localhost", "[2002:7f00:1::]"),
]


async def test_a_model_is_fetched_where_operators_allow_it_and_nothing_inside_is_reached(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    answers: Answers = {
        "/chair.glb": (200, {}, box_model()),
        "/moved.glb": (302, {"Location": "/chair.glb"}, b""),
        "/page.html": (200, {}, b"<html>"),
    }

    def answer(handler: BaseHTTPRequestHandler) -> None:
        status, headers, body = answers[handler.path]
        say(handler, body, status, **headers)

    with answering(answer) as (address, asked):
        rules = {"ASSET_HOSTS": "127.0.0.1,!forbidden.example,.example"}
        server = start_server(database_url, environment=rules)
        async with client_of(server, "auto") as client:
            key = await open_scene(client)
            added = await call(client, "import_model", url=f"{address}/chair.glb", scene=key)
            assert "chair: model 2 × 1 × 4 at" in added["message"]
            again = await call(
                client, "import_model", url=f"{address}/chair.glb", name="more", size=1, scene=key
            )
            assert "more: model 0.5 × 0.25 × 1" in again["message"]
            assert asked == ["/chair.glb"] * 2
            assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1

            async def refusal(url: str) -> str:
                result = await client.call_tool("import_model", {"url": url, "scene": key})
                assert error_code(result) == "asset_refused", url
                return text_of(result)

            assert "HTTP 302" in await refusal(f"{address}/moved.glb")
            assert "neither a GLB" in await refusal(f"{address}/page.html")
            for host in ("elsewhere.org", "a.forbidden.example.org", "forbidden.example"):
                assert "fetches no models from" in await refusal(f"https://{host}/a.glb")
            assert asked[2:] == ["/moved.glb", "/page.html"]


async def test_without_node_nothing_is_fetched(
    start_server: StartServer, database_url: str
) -> None:
    with answering(lambda handler: say(handler, b"")) as (address, asked):
        rules = {"ASSET_HOSTS": "127.0.0.1", "ASSET_CHECKER": "off"}
        server = start_server(database_url, environment=rules)
        async with client_of(server, "auto") as client:
            given = {"url": f"{address}/chair.glb", "scene": await open_scene(client)}
            refused = await client.call_tool("import_model", given)
        assert error_code(refused) == "checker_missing"
        assert asked == []


async def test_private_addresses_are_refused_in_every_spelling(
    start_server: StartServer, database_url: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        port = listener.getsockname()[1]
        server = start_server(database_url)
        async with client_of(server, "auto") as client:
            key = await open_scene(client)
            for host in INSIDE:
                arguments: dict[str, Any] = {"url": f"https://{host}:{port}/a", "scene": key}
                result = await client.call_tool("import_model", arguments)
                assert error_code(result) == "asset_refused", host
        with pytest.raises(BlockingIOError):
            listener.accept()
