"""Which addresses are the endpoint's, which scene they name, and what is said at all others."""

import pytest

from tests.support.endpoint import ERAS, EVENTS, KEY, Client
from tests.support.raw import MODERN
from tests.support.requests import JSON, message, open_session, request
from tests.support.servers import ServerProcess

LINK = {"name": "get_browser_connection_url", "arguments": {}}


@pytest.fixture(scope="module")
def token(served: ServerProcess) -> str:
    return open_session(served).headers["mcp-session-id"]


NO_ENDPOINTS = [
    "/mcp/mcp",
    "/mcp/x",
    f"/mcp/{KEY[:-4]}",
    f"/mcp/{KEY}0",
    f"/mcp/x{KEY}",
    "/mcp/a/b",
]


@pytest.mark.requirement("H6")
@pytest.mark.parametrize("path", NO_ENDPOINTS)
@pytest.mark.parametrize("era", ERAS)
def test_a_path_without_an_id_is_no_endpoint_and_the_answer_names_the_right_one(
    served: ServerProcess, token: str, era: str, path: str
) -> None:
    reply = Client(served, era, token).call("get_scene", {}, path=path)
    assert reply.status == 404
    assert f"{served.url}/mcp," in reply.error["message"]
    assert f"{served.url}/mcp/<edit key>" in reply.error["message"]
    assert open_session(served, path=path).status == 404


STRAY = ["/", f"/?sessionId={KEY}", "/sse", "/MCP", f"/Mcp/{KEY}", "/messages?x=1", "/v1/mcp"]


@pytest.mark.requirement("H6")
@pytest.mark.parametrize("era", ERAS)
def test_a_client_that_was_given_another_address_is_told_the_right_one(
    served: ServerProcess, token: str, era: str
) -> None:
    client = Client(served, era, token)
    for path in STRAY:
        opened = open_session(served, path=path)
        listening = request(served, "GET", {"accept": EVENTS}, path=path)
        for reply in (client.call("get_scene", {}, path=path), opened, listening):
            assert (reply.status, reply.error["code"]) == (404, -32600)
            right = f"{served.url}/mcp/{KEY}" if "?sessionId" in path else f"{served.url}/mcp, or"
            assert f"connect to {right}" in reply.error["message"]


@pytest.mark.requirement("H6")
def test_pages_go_on_being_for_people(served: ServerProcess) -> None:
    html = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert "<html" in request(served, "GET", html, path="/").text
    assert request(served, "GET", {"accept": "*/*"}, path="/").status == 200
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert request(served, "POST", form, path="/scenes/", body=b"a=b").status == 403
    asked = {"content-type": JSON}
    assert request(served, "POST", asked, path="/api/sessions/", body=b"{}").status == 201
    foreign = {"content-type": JSON, "origin": "https://example.com"}
    assert request(served, "POST", foreign, path="/", body=b"{}").status == 403


@pytest.mark.requirement("H6")
@pytest.mark.parametrize("around", ["/mcp?sessionId={}", "/mcp/?a=b&sessionId={}."])
@pytest.mark.parametrize("era", ERAS)
def test_the_query_of_a_pages_link_names_the_scene_as_the_path_does(
    served: ServerProcess, era: str, around: str
) -> None:
    body = message("tools/call", LINK, era=MODERN)
    made = Client(served, MODERN, "").post(body).message["result"]["structuredContent"]
    path = around.format(made["sessionId"])
    token = open_session(served, path=path).headers["mcp-session-id"]
    reply = Client(served, era, token).call("change_model_color", {"color": "teal"}, path=path)
    changed = reply.message["result"]["structuredContent"]
    assert (changed["sessionId"], "created" in changed) == (made["sessionId"], False)


@pytest.mark.requirement("H6")
@pytest.mark.parametrize("around", ["{}", "{}.", "({})", "%3C{}%3E", "mcp/{}", "{}/", "{}/mcp"])
@pytest.mark.parametrize("era", ERAS)
def test_the_one_id_in_a_path_is_found_and_names_its_scene(
    served: ServerProcess, era: str, around: str
) -> None:
    body = message("tools/call", LINK, era=MODERN)
    made = Client(served, MODERN, "").post(body).message["result"]["structuredContent"]
    path = f"/mcp/{around.format(made['sessionId'])}"
    token = open_session(served, path=path).headers["mcp-session-id"]
    reply = Client(served, era, token).call("get_scene", {}, path=path)
    assert reply.message["result"]["structuredContent"]["sessionId"] == made["sessionId"]


@pytest.mark.requirement("H4", "H6")
@pytest.mark.parametrize("era", ERAS)
def test_an_unknown_id_in_the_path_is_a_tool_error_that_names_the_address(
    served: ServerProcess, era: str
) -> None:
    path = f"/mcp/{KEY}"
    client = Client(served, era, open_session(served, path=path).headers["mcp-session-id"])
    for tool, arguments in (("get_scene", {}), ("change_model_color", {"color": "teal"})):
        reply = client.call(tool, arguments, path=path)
        result = reply.message["result"]
        assert (reply.status, result["isError"]) == (200, True)
        assert result["_meta"]["hello3d/error"]["code"] == "session_unknown"
        [text] = result["content"]
        assert f"the address {path}" in text["text"]
        assert "`session`" not in text["text"]
        assert "`scene`" not in text["text"]
