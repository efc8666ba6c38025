"""A client hears at once that its stream is there, and in good time that a call is under way."""

import json
from http.client import HTTPResponse
from typing import Any

import pytest

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.support.raw import HANDSHAKE, MODERN
from tests.support.requests import answering, headers_of, message, open_session, request
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.requirement("H3", "E2")

EVENTS = "text/event-stream"
# The SDK would begin after 15 s, as long as a call waits for a page that does not answer.
HEAD_WITHIN_SECONDS = 10.0


def _opened(server: ServerProcess) -> str:
    return open_session(server).headers["mcp-session-id"]


def _made(server: ServerProcess) -> str:
    params = {"name": "get_browser_connection_url", "arguments": {}}
    body = message("tools/call", params, era=MODERN)
    headers = headers_of(body, era=MODERN)
    reply = request(server, "POST", headers, body=json.dumps(body).encode())
    return str(reply.message["result"]["structuredContent"]["sessionId"])


def _is_comment(response: HTTPResponse) -> bool:
    return response.readline().startswith(b":") and response.readline() == b"\r\n"


def test_a_get_stream_begins_at_once(served: ServerProcess) -> None:
    headers = {"accept": EVENTS, "mcp-session-id": _opened(served)}
    with answering(served, "GET", headers, within_seconds=HEAD_WITHIN_SECONDS) as response:
        assert (response.status, response.headers.get_content_type()) == (200, EVENTS)
        assert _is_comment(response)


def test_a_listening_stream_begins_at_once(served: ServerProcess) -> None:
    params = {"notifications": {"resourceSubscriptions": [f"scene://{_made(served)}"]}}
    body = message("subscriptions/listen", params, era=MODERN)
    with _answering(served, body, era=MODERN) as response:
        assert (response.status, response.headers.get_content_type()) == (200, EVENTS)
        assert b"event" in response.readline()


@pytest.mark.anyio
@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_a_call_that_takes_long_is_answered_in_two_parts(
    served: ServerProcess, era: str
) -> None:
    key, token = _made(served), _opened(served) if era == HANDSHAKE else ""
    page = await SimulatedBrowser.open(served.url, key)
    params = {"name": "take_screenshot", "arguments": {"scene": key}}
    body = message("tools/call", params, era=era)
    with _answering(served, body, era=era, token=token) as response:
        assert (response.status, response.headers.get_content_type()) == (200, EVENTS)
        assert _is_comment(response)
        await page.close()  # who cannot answer is not waited for
        rest = response.read().decode()
    [told] = [line[6:] for line in rest.splitlines() if line.startswith("data: {")]
    answer = json.loads(told)
    assert answer["id"] == 7
    assert answer["result"]["isError"]


def _answering(server: ServerProcess, body: dict[str, Any], *, era: str, token: str = "") -> Any:
    headers = headers_of(body, era=era, token=token)
    content = json.dumps(body).encode()
    return answering(server, "POST", headers, body=content, within_seconds=HEAD_WITHIN_SECONDS)
