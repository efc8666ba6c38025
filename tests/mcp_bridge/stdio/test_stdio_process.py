"""How the program ends as a client's own process, and what it may be started with."""

import asyncio
import json
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.support.ports import ReservedPort
from tests.support.raw import META
from tests.support.servers import ServerProcess
from tests.support.stdio import StdioProcess, assert_ended_cleanly
from tests.support.storage import rows
from tests.support.stores import PostgresTemplate

pytestmark = pytest.mark.requirement("E6")


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGTERM]
)
@pytest.mark.parametrize("connects", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_signal_ends_it_cleanly_while_the_client_says_nothing(
    database_url: str, tmp_path: Path, number: signal.Signals, connects: bool
) -> None:
    nobody = ReservedPort()
    arguments = ("--connect", f"http://127.0.0.1:{nobody.number}/mcp") if connects else ()
    with StdioProcess(database_url, tmp_path / "log", arguments, whole=True) as process:
        answer = process.ask("ping")
        assert ("error" in answer) == connects
        process.process.send_signal(number)
        assert process.ended() == 0
    if not connects:
        assert_ended_cleanly(database_url)


@pytest.mark.parametrize("connects", [False, True], ids=["serves", "connects"])
def test_what_is_asked_through_a_pipe_is_answered_before_the_end(
    shared_server: ServerProcess, database_url: str, tmp_path: Path, connects: bool
) -> None:
    arguments = ("--connect", shared_server.mcp_url) if connects else ()
    calls = ["get_browser_connection_url", "open_session", "list_sessions"]
    with StdioProcess(database_url, tmp_path / "log", arguments) as process:
        for number, tool in enumerate(calls):
            params = {"name": tool, "arguments": {}, "_meta": META}
            request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
            process.write(json.dumps(request))
        answers = [json.loads(line) for line in process.close().splitlines()]
        assert process.ended() == 0
    assert sorted(answer["id"] for answer in answers) == [0, 1, 2]
    assert not any(answer["result"].get("isError") for answer in answers)


def test_a_signal_ends_a_call_that_is_under_way(database_url: str, tmp_path: Path) -> None:
    with StdioProcess(database_url, tmp_path / "log") as process:
        link = process.call_without_handshake("get_browser_connection_url")
        origin, key = link["browserUrl"].split("/?")[0], link["sessionId"]
        params = {"name": "take_screenshot", "arguments": {}, "_meta": META}
        request = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}

        async def ask_a_silent_page() -> None:
            page = await SimulatedBrowser.open(origin, key)
            process.write(json.dumps(request))
            await page.receives("browserRequest")
            process.process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.ended)
            await page.close()

        asyncio.run(ask_a_silent_page())
        assert process.ended() == 0
    assert_ended_cleanly(database_url)


def test_a_client_that_reads_no_more_is_taken_for_one_that_left(
    database_url: str, tmp_path: Path
) -> None:
    with StdioProcess(database_url, tmp_path / "log", whole=True) as process:
        process.call_without_handshake("change_model_color", color="teal")
        assert process.process.stdout is not None
        process.process.stdout.close()
        process.write('{"jsonrpc":"2.0","id":2,"method":"ping"}')
        assert process.ended() == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert_ended_cleanly(database_url)


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        (("-u", "https://option.example/a"), {"BROWSER_URL": "https://other.example"}, "option"),
        ((), {"BROWSER_URL": "https://variable.example"}, "variable"),
        ((), {"PUBLIC_ORIGIN": "https://origin.example"}, "origin"),
    ],
)
def test_the_link_may_lead_elsewhere(
    database_url: str,
    tmp_path: Path,
    arguments: tuple[str, ...],
    variables: dict[str, str],
    expected: str,
) -> None:
    log = tmp_path / "log"
    with StdioProcess(database_url, log, arguments, environment=variables) as process:
        link = process.call_without_handshake("get_browser_connection_url")["browserUrl"]
        assert link.startswith(f"https://{expected}.example/")


def test_the_page_is_served_on_the_port_that_was_asked_for_and_a_taken_one_refused(
    database_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    reserved = ReservedPort()
    port = reserved.number
    with (
        socket.create_server(("127.0.0.1", port)),
        StdioProcess(database_url, log, ("--port", str(port))) as process,
    ):
        assert process.ended() == 1
    assert f"Port {port} of 127.0.0.1 is taken by another program." in log.read_text()
    with StdioProcess(database_url, log, ("--port", str(port))) as process:
        link = process.call_without_handshake("get_browser_connection_url")["browserUrl"]
        assert urlsplit(link).port == port


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--port", "-1"), "give a port"),
        (("--port", "70000"), "give a port"),
        (("--connect", "nonsense"), "give a URL that begins with http:// or https://"),
        (("-u", "ftp://page.example"), "Accepted: a URL that begins with http:// or https://"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_in_words(
    arguments: tuple[str, ...], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("mcp_stdio", *arguments)


def test_a_database_of_others_is_not_migrated_unasked(
    postgres_template: PostgresTemplate, tmp_path: Path
) -> None:
    database_url = postgres_template.empty()
    log = tmp_path / "log"
    with StdioProcess(database_url, log) as process:
        assert process.close() == ""
        assert process.ended() == 1
    assert log.read_text().endswith("run manage.py migrate, then start again.\n")
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'django_migrations'"
    assert rows(database_url, tables) == [(0,)]


def test_a_database_that_is_away_is_told_of_without_its_password(tmp_path: Path) -> None:
    log = tmp_path / "log"
    nobody = ReservedPort()
    database_url = f"postgres://hello3d:secret@127.0.0.1:{nobody.number}/hello3d"
    with StdioProcess(database_url, log) as process:
        assert process.ended() == 1
    assert "CommandError: The database cannot be used: " in log.read_text()
    assert "secret" not in log.read_text()
