"""What one address can do to the calls of others by its connections alone, and to the memory."""

from collections.abc import Callable

import pytest

from tests.conftest import StartServer
from tests.support import attacks
from tests.support.attacks import Attack, largest_file, notice
from tests.support.calls import client_of, open_scene
from tests.support.connections import TEXT, frame, is_closed, send_much, upgraded
from tests.support.servers import ServerProcess
from tests.support.times import times

pytestmark = [pytest.mark.anyio, pytest.mark.long, pytest.mark.requirement("C6")]

ATTACKS: dict[str, tuple[Callable[..., None], str]] = {
    "files that are not read": (attacks.unread_answers, "a file"),
    "empty pieces": (attacks.empty_pieces, ""),
    "pongs": (attacks.pongs, ""),
    "messages after the close": (attacks.messages_after_the_close, ""),
    "pipelined requests": (attacks.pipelined_requests, ""),
    "small chunks": (attacks.small_chunks, ""),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_others_notice_little_of_an_attack(
    start_server: StartServer, database_url: str, name: str
) -> None:
    function, path = ATTACKS[name]
    server = start_server(database_url, environment={"RATE_SHARED_ADDRESSES": "203.0.113.0/24"})
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
    path = largest_file() if path == "a file" else path
    attack = Attack(function, "127.0.0.1", server.port, path=path)
    noticed = notice(attack, [server.pid], server.mcp_url, key)
    print(name, noticed)  # noqa: T201 # `-s` shows by how much
    assert noticed.is_harmless, noticed


def test_a_message_must_become_whole_in_time(start_server: StartServer, database_url: str) -> None:
    short = times({"hello3d.server.socket_protocol.MESSAGE_WITHIN_SECONDS": 2.0})
    server: ServerProcess = start_server(database_url, environment=short)
    for beginning in (frame(TEXT, b"a", is_last=False), frame(TEXT, b"abc")[:-1]):
        with upgraded("127.0.0.1", server.port) as connection:
            send_much(connection, beginning, len(beginning), seconds=1)
            assert is_closed(connection)
