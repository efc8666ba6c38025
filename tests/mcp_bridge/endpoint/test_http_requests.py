"""What arrives at `/mcp` is taken as RFC 9110 and MCP have it, and refused by the member's name."""

import json
from typing import Any

import pytest
from mcp_types import PROTOCOL_VERSION_META_KEY

from tests.support.endpoint import ERAS, EVENTS, KEY, Client
from tests.support.raw import HANDSHAKE, META, MODERN
from tests.support.requests import JSON, headers_of, message, open_session, opening, request
from tests.support.servers import ServerProcess

VERSIONS = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]


@pytest.fixture(scope="module")
def token(served: ServerProcess) -> str:
    return open_session(served).headers["mcp-session-id"]


@pytest.fixture(params=ERAS)
def client(request: pytest.FixtureRequest, served: ServerProcess, token: str) -> Client:
    return Client(served, request.param, token)


ACCEPTED = [
    (None, None),
    ("", None),
    (" ", None),
    ("*/*", None),
    ("application/*", JSON),
    (JSON, JSON),
    ("Application/JSON;q=0.5", JSON),
    (EVENTS, EVENTS),
    ("text/*, text/html", EVENTS),
    ("text/html, */*;q=0.1", None),
    (f"{JSON};q=0, */*", EVENTS),
    (f"{EVENTS};q=0, */*", JSON),
    (f"{JSON}, {EVENTS}", None),
]


@pytest.mark.requirement("H3", "H4")
@pytest.mark.parametrize(("accept", "media_type"), ACCEPTED)
def test_a_client_is_answered_in_a_form_that_it_accepts(
    client: Client, accept: str | None, media_type: str | None
) -> None:
    reply = client.call("get_browser_connection_url", {}, accept=accept)
    assert reply.status == 200
    assert reply.headers.get_content_type() in ([media_type] if media_type else [JSON, EVENTS])
    assert reply.message["result"]["structuredContent"]["sessionId"]
    assert reply.message["id"] == 7


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/xml", "*/*;q=0"])
def test_who_accepts_no_form_of_an_answer_is_refused_by_the_headers_name(
    client: Client, accept: str
) -> None:
    reply = client.call("get_browser_connection_url", {}, accept=accept)
    assert reply.status == 406
    assert "Accept" in reply.error["message"]
    assert EVENTS in reply.error["message"]


def test_a_stream_is_not_for_who_accepts_json_only(served: ServerProcess, token: str) -> None:
    body = message("subscriptions/listen", {"notifications": {}}, era=MODERN)
    refused = Client(served, MODERN, "").post(body, accept=JSON)
    assert (refused.status, refused.message["id"]) == (406, 7)
    headers = {"accept": JSON, "mcp-session-id": token}
    assert request(served, "GET", headers).status == 406


def test_who_accepts_json_only_is_asked_nothing_that_it_could_not_hear(
    served: ServerProcess,
) -> None:
    body = opening(elicitation={"url": {}})
    opened = Client(served, HANDSHAKE, "").post(body, mcp_session_id=None)
    asked = Client(served, HANDSHAKE, opened.headers["mcp-session-id"])
    # It would wait 20 s for an answer, and its client for the question.
    reply = asked.call("change_model_color", {"color": "teal"}, accept=JSON)
    assert reply.message["result"]["structuredContent"]["color"] == "#008688"


@pytest.mark.parametrize("media_type", ["APPLICATION/JSON", "Application/Json; Charset=UTF-8"])
def test_a_media_type_is_read_in_any_case_and_with_parameters(
    client: Client, media_type: str
) -> None:
    reply = client.call("get_browser_connection_url", {}, content_type=media_type)
    assert reply.message["result"]["structuredContent"]["sessionId"]


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP, identity", "deflate"])
def test_an_encoded_body_is_refused_as_such(client: Client, encoding: str) -> None:
    reply = client.call("get_browser_connection_url", {}, content_encoding=encoding)
    assert reply.status == 415
    assert reply.headers["accept-encoding"] == "identity"
    assert f"Content-Encoding: {encoding}" in reply.error["message"]
    for plain in ("identity", "identity, Identity", ""):
        assert client.call("get_browser_connection_url", {}, content_encoding=plain).status == 200


@pytest.mark.parametrize("method", ["PUT", "HEAD", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/mcp", f"/mcp/{KEY}"])
def test_other_methods_are_refused_with_those_that_there_are(
    served: ServerProcess, token: str, method: str, path: str
) -> None:
    for headers in ({}, {"mcp-session-id": token}, {"mcp-protocol-version": HANDSHAKE}):
        reply = request(served, method, headers, path=path)
        assert (reply.status, reply.headers["allow"]) == (405, "GET, POST, DELETE")
    for other in (method, "GET", "DELETE"):
        reply = request(served, other, {"mcp-protocol-version": MODERN}, path=path)
        assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert (reply.text == "") is (other == "HEAD")


def _params(**members: Any) -> dict[str, Any]:
    return {"name": "get_browser_connection_url", "arguments": {}} | members


ARGUMENT = {"name": "a", "value": "b"}

# method, params, what the answer must name
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("tools/call", _params(arguments=[]), "params.arguments must be an object, not a list"),
    ("tools/call", _params(arguments=7), "params.arguments must be an object, not a number"),
    ("tools/call", _params(arguments=True), "params.arguments must be an object, not a boolean"),
    ("tools/call", _params(arguments="teal"), "params.arguments must be an object, not a string"),
    ("tools/call", _params(arguments="[1]"), "params.arguments must be an object, not a string"),
    ("tools/call", {"arguments": {}}, "params.name is missing"),
    ("tools/call", _params(name=None), "params.name must be a string, not null"),
    ("tools/call", _params(_meta=[]), "params._meta must be an object"),
    ("tools/call", _params(_meta="x"), "params._meta must be an object"),
    ("resources/read", {}, "params.uri is missing"),
    ("prompts/get", {"name": "describe_scene", "arguments": {"detail": 5}},
     "params.arguments.detail must be a string, not a number"),
    ("tools/list", {"cursor": {}}, "params.cursor must be a string, not an object"),
    ("completion/complete", {"ref": {"type": "ref/prompt"}, "argument": ARGUMENT},
     "params.ref.name is missing"),
    ("completion/complete", {"ref": {"type": "x"}, "argument": ARGUMENT},
     "params.ref.type must be 'ref/prompt' or 'ref/resource'"),
    ("completion/complete", {"ref": {"type": "ref/resource", "uri": "a"}, "argument": 1},
     "params.argument must be an object, not a number"),
]  # fmt: skip


@pytest.mark.requirement("H4")
@pytest.mark.parametrize(("method", "params", "told"), FAULTS)
def test_an_error_names_the_member_and_the_request(
    client: Client, method: str, params: dict[str, Any], told: str
) -> None:
    reply = client.post(message(method, params, era=client.era))
    assert reply.status == (200 if client.era == HANDSHAKE else 400)
    assert (reply.message["id"], reply.error["code"]) == (7, -32602)
    assert told in reply.error["message"]


@pytest.mark.parametrize("wrong", [None, True, 1.5, [], {}])
def test_a_progress_token_is_a_string_or_an_integer(client: Client, wrong: Any) -> None:
    body = client.message("get_browser_connection_url", {})
    body["params"]["_meta"] = {**body["params"].get("_meta", {}), "progressToken": wrong}
    reply = client.post(body)
    assert (reply.message["id"], reply.error["code"]) == (7, -32602)
    assert "params._meta.progressToken must be a string or an integer" in reply.error["message"]


@pytest.mark.parametrize("sound", ["t", 0, ""])
def test_a_sound_progress_token_is_taken(client: Client, sound: Any) -> None:
    body = client.message("get_browser_connection_url", {})
    body["params"]["_meta"] = {**body["params"].get("_meta", {}), "progressToken": sound}
    assert "result" in client.post(body).message


@pytest.mark.parametrize("params", [[], "x", 7, True])
def test_parameters_that_are_no_object_are_named(client: Client, params: Any) -> None:
    body = {"jsonrpc": "2.0", "id": "a", "method": "tools/list", "params": params}
    reply = client.post(body, mcp_method="tools/list")
    assert (reply.status, reply.message["id"], reply.error["code"]) == (400, "a", -32600)
    assert "params must be an object, not" in reply.error["message"]


def test_null_counts_as_absent_where_a_member_may_be_absent(client: Client) -> None:
    body = {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": None}
    reply = client.post(body, mcp_method="tools/list")
    if client.era == HANDSHAKE:
        assert reply.message["result"]["tools"]
    else:  # here it may not be: each request brings its version
        assert "params._meta" in reply.error["message"]
    assert client.call("get_browser_connection_url", None).message["result"]["content"]


def test_arguments_that_are_the_text_of_an_object_are_read(client: Client) -> None:
    made = client.call("get_browser_connection_url", "{}").message["result"]["structuredContent"]
    key = made["sessionId"]
    text = json.dumps({"color": "teal", "scene": key})
    reply = client.call("change_model_color", text)
    assert reply.message["result"]["structuredContent"]["color"] == "#008688"
    prompt = {"name": "describe_scene", "arguments": '{"detail": "brief"}'}
    assert "result" in client.post(message("prompts/get", prompt, era=client.era)).message
    for none in ("", " \n", "null", "{}"):
        reply = client.call("get_browser_connection_url", none)
        assert reply.message["result"]["structuredContent"]["sessionId"], none
        named = {"name": "connect_browser", "arguments": none}
        assert "result" in client.post(message("prompts/get", named, era=client.era)).message
    nothing = {"name": "connect_browser", "arguments": {"scene": None}}
    assert "result" in client.post(message("prompts/get", nothing, era=client.era)).message
    too_deep = "[" * 2000 + "]" * 2000
    refused = client.call("change_model_color", f'{{"color": {too_deep}}}')
    assert "params.arguments must be an object" in refused.error["message"]


UNKNOWN = "2099-01-01"


@pytest.mark.requirement("H3")
@pytest.mark.parametrize("by", ["header", "both", "_meta", "notification"])
def test_a_version_that_is_not_served_is_answered_with_those_that_are(
    client: Client, by: str
) -> None:
    params: dict[str, Any] = {"name": "get_scene"}
    body = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
    if by in ("both", "_meta"):
        params["_meta"] = META | {PROTOCOL_VERSION_META_KEY: UNKNOWN}
    if by == "notification":
        body = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    header = None if by == "_meta" else UNKNOWN
    reply = client.post(body, mcp_protocol_version=header, mcp_session_id=None)
    assert (reply.status, reply.message["id"]) == (400, body.get("id"))
    assert reply.error["code"] == -32022
    assert reply.error["data"] == {"supported": [MODERN], "requested": UNKNOWN}
    assert UNKNOWN in reply.error["message"]
    assert all(version in reply.error["message"] for version in VERSIONS)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_version_that_is_not_served_has_no_stream_and_no_session(
    served: ServerProcess, token: str, method: str
) -> None:
    headers = {"accept": EVENTS, "mcp-session-id": token, "mcp-protocol-version": UNKNOWN}
    reply = request(served, method, headers)
    assert (reply.status, reply.error["code"]) == (400, -32022)


def test_a_version_that_only_the_body_names_lacks_its_header(client: Client) -> None:
    body = message("tools/list", {"_meta": META}, era=client.era)
    reply = client.post(body, mcp_protocol_version=None, mcp_session_id=None)
    assert (reply.status, reply.error["code"], reply.message["id"]) == (400, -32020, 7)
    assert "MCP-Protocol-Version" in reply.error["message"]


@pytest.mark.parametrize("version", [None, 5, ["2026-07-28"]])
def test_a_version_that_is_no_text_is_named(client: Client, version: Any) -> None:
    body = message("tools/list", era=MODERN)
    body["params"]["_meta"] = META | {PROTOCOL_VERSION_META_KEY: version}
    reply = client.post(body, mcp_protocol_version=None, mcp_session_id=None)
    assert (reply.status, reply.error["code"], reply.message["id"]) == (400, -32602, 7)
    assert (
        f"params._meta.{PROTOCOL_VERSION_META_KEY} must be a string, not"
        in (reply.error["message"])
    )


def _linking(client: Client) -> dict[str, Any]:
    return client.message("get_browser_connection_url", {})


@pytest.mark.parametrize("value", [None, "", " "])
def test_a_header_that_is_missing_or_empty_is_called_missing(
    served: ServerProcess, value: str | None
) -> None:
    modern = Client(served, MODERN, "")
    for header in ("Mcp-Method", "Mcp-Name"):
        name = header.lower().replace("-", "_")
        reply = modern.post(_linking(modern), "/mcp", **{name: value})
        assert (reply.status, reply.error["code"], reply.message["id"]) == (400, -32020, 7)
        assert f"The header {header} is missing" in reply.error["message"]
        reply = modern.post(_linking(modern), "/mcp", **{name: "other"})
        assert "does not match" in reply.error["message"]


def test_an_empty_version_header_counts_as_absent(served: ServerProcess, token: str) -> None:
    for empty in ("", " "):
        client = Client(served, HANDSHAKE, token)
        reply = client.call("change_model_color", {"color": "teal"}, mcp_protocol_version=empty)
        assert reply.message["result"]["content"]


def test_a_byte_order_mark_is_passed_over(client: Client, served: ServerProcess) -> None:
    body = _linking(client)
    headers = headers_of(body, era=client.era, token=client.token)
    marked = b"\xef\xbb\xbf" + json.dumps(body).encode()
    reply = request(served, "POST", headers, body=marked)
    assert reply.message["result"]["structuredContent"]["sessionId"]


def test_an_action_that_there_is_not_is_named(served: ServerProcess) -> None:
    body = message("tools/call", _params(), era=MODERN)
    body["params"]["inputResponses"] = {"open_scene": {"action": "bogus"}}
    reply = Client(served, MODERN, "").post(body)
    assert reply.error["code"] == -32602
    told = "params.inputResponses.open_scene.action must be 'accept' or 'decline' or 'cancel'"
    assert reply.error["message"] == told


@pytest.mark.parametrize("header", [UNKNOWN, MODERN, "2025-03-26"])
def test_a_handshake_settles_the_version_whatever_a_header_says_of_it(
    served: ServerProcess, header: str
) -> None:
    opened = Client(served, HANDSHAKE, "").post(
        opening(UNKNOWN), mcp_session_id=None, mcp_protocol_version=header
    )
    assert opened.message["result"]["protocolVersion"] == HANDSHAKE
    assert opened.headers["mcp-session-id"]


@pytest.mark.requirement("H3")
@pytest.mark.parametrize("version", VERSIONS[1:])
def test_each_handshake_version_is_served_as_documented(
    served: ServerProcess, version: str
) -> None:
    opened = open_session(served, version=version)
    assert opened.message["result"]["protocolVersion"] == version
    client = Client(served, HANDSHAKE, opened.headers["mcp-session-id"])
    reply = client.call("change_model_color", {"color": "teal"}, mcp_protocol_version=version)
    [text] = reply.message["result"]["content"]
    assert "teal" in text["text"]


@pytest.mark.parametrize("era", ERAS)
def test_the_server_names_the_address_that_was_asked(served: ServerProcess, era: str) -> None:
    if era == HANDSHAKE:
        info = open_session(served).message["result"]["serverInfo"]
    else:
        body = message("server/discover", era=MODERN)
        result = Client(served, MODERN, "").post(body).message["result"]
        info = result["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert info["websiteUrl"] == served.url
