"""Where sign-in is on, `/mcp` serves who brings a good token, and nobody else."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings

from mcp_bridge.transport.authentication import NotSignedInError, bearer_of
from sessions_app.limits import failures
from sessions_app.limits.rates import Rate, RateLimitedError
from sessions_app.people.bearers import Bearers
from sessions_app.people.tokens import TokenError
from sessions_app.sockets.sign_in import visit_of
from sessions_app.web import origins
from sessions_app.workers import worker
from tests.conftest import StartServer
from tests.support.calls import ERAS, call, client_of, error_code, open_scene
from tests.support.clocks import moved
from tests.support.people import switch_on
from tests.support.raw import HANDSHAKE, META, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import execute, rows
from tests.support.tokens import (
    SECOND_ISSUER,
    SECRET,
    SIGN_IN,
    Provider,
    claims_of,
    provider,
    token_of,
    unsigned,
)

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("X2")]

in_process = pytest.mark.django_db(transaction=True)

TOOLS_LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})


async def ask(server: ServerProcess, authorization: str | None, path: str = "") -> Answer:
    """Ask for the protocol session that everything else needs."""
    headers = {"authorization": authorization} if authorization is not None else {}
    client = RawClient(server, HANDSHAKE, path)
    try:
        return await client.initialize(**headers)
    finally:
        await client.__aexit__()


def someone() -> str:
    return f"person-{uuid4().hex}"


@pytest.mark.parametrize("era", ERAS)
async def test_a_scene_belongs_to_whom_its_token_names(
    sign_in_server: ServerProcess, era: str
) -> None:
    subject = someone()
    async with client_of(sign_in_server, era, token=token_of(subject)) as client:
        key = await open_scene(client)
        await call(client, "change_model_color", color="teal", scene=key)
    query = (
        "SELECT i.subject, u.is_staff, u.is_superuser, u.password, u.username, c.user_id = u.id"
        " FROM sessions_app_scenesession s JOIN auth_user u ON u.id = s.owner_id"
        " JOIN sessions_app_identity i ON i.user_id = u.id"
        " JOIN sessions_app_toolcall c ON c.scene_session_id = s.id"
        f" WHERE s.edit_key = '{key.replace('-', '')}'"
    )
    found = rows(sign_in_server.database_url, query)
    assert found
    for named, is_staff, is_superuser, password, username, same in found:
        assert (named, is_staff, is_superuser, same) == (subject, 0, 0, 1)
        assert password.startswith("!")
        assert subject not in username


@pytest.mark.parametrize("era", ERAS)
async def test_another_persons_scene_is_as_one_that_does_not_exist(
    sign_in_server: ServerProcess, era: str
) -> None:
    async with client_of(sign_in_server, era, token=token_of(someone())) as owner:
        key = await open_scene(owner)
    async with client_of(sign_in_server, era, token=token_of(someone())) as stranger:
        for tool, arguments in (
            ("get_scene", {}),
            ("change_model_color", {"color": "teal"}),
            ("open_session", {}),
            ("close_session", {}),
        ):
            other = await stranger.call_tool(tool, {"scene": key, **arguments})
            unknown = await stranger.call_tool(tool, {"scene": str(uuid4()), **arguments})
            assert error_code(other) == error_code(unknown) == "session_unknown"
            assert other.content == unknown.content
    async with client_of(sign_in_server, era, f"/{key}", token=token_of(someone())) as stranger:
        assert error_code(await stranger.call_tool("get_scene", {})) == "session_unknown"


async def test_one_subject_at_two_issuers_is_two_people(sign_in_server: ServerProcess) -> None:
    subject = someone()
    async with client_of(sign_in_server, "auto", token=token_of(subject)) as first:
        key = await open_scene(first)
    token = token_of(subject, iss=SECOND_ISSUER)
    async with client_of(sign_in_server, "auto", token=token) as second:
        assert error_code(await second.call_tool("get_scene", {"scene": key})) == (
            "session_unknown"
        )


def _pem(public_key: Any) -> bytes:
    pem: bytes = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def _signed_by_hand(claims: dict[str, Any], header: dict[str, Any], key: bytes) -> str:
    signed = unsigned(claims, header).rpartition(".")[0]
    digest = hashlib.sha512 if header["alg"] == "HS512" else hashlib.sha256
    signature = hmac.digest(key, signed.encode(), digest)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


NOW = int(time.time())
BAD_TOKENS: dict[str, Callable[[], str]] = {
    "expired": lambda: token_of("a", exp=NOW - 5),
    "not yet": lambda: token_of("a", nbf=NOW + 3600),
    "made in the future": lambda: token_of("a", iat=NOW + 3600),
    "without an end": lambda: token_of("a", exp=None),
    "an end that is true": lambda: token_of("a", exp=True),
    "an end without an end": lambda: _signed_by_hand(
        claims_of("a", exp=float("inf")), {"alg": "HS256"}, SECRET.encode()
    ),
    "another issuer": lambda: token_of("a", iss="https://evil.example"),
    "the beginning of the issuer": lambda: token_of("a", iss="https://id.exampl"),
    "no issuer": lambda: token_of("a", iss=None),
    "another audience": lambda: token_of("a", aud="https://elsewhere.example/mcp"),
    "no audience": lambda: token_of("a", aud=None),
    "no subject": lambda: token_of("a", sub=None),
    "an empty subject": lambda: token_of(""),
    "a subject that cannot be stored": lambda: token_of("a\x00b"),
    "a subject that is too long": lambda: token_of("a" * 256),
    "no algorithm": lambda: unsigned(claims_of("a"), {"alg": "none", "typ": "JWT"}),
    "no algorithm, in capitals": lambda: unsigned(claims_of("a"), {"alg": "NONE"}),
    "what must be understood": lambda: _signed_by_hand(
        claims_of("a"), {"alg": "HS256", "crit": ["more"], "more": 1}, SECRET.encode()
    ),
    "another secret": lambda: _signed_by_hand(claims_of("a"), {"alg": "HS256"}, b"x" * 40),
    "a longer digest": lambda: _signed_by_hand(claims_of("a"), {"alg": "HS512"}, SECRET.encode()),
    "nested deeply": lambda: "W1tb" * 1500 + ".e30.e30",
    "too long": lambda: token_of("a", more="x" * 9000),
    "no token": lambda: "garbage",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_TOKENS)
async def test_a_token_that_is_not_good_is_refused(
    sign_in_server: ServerProcess, name: str
) -> None:
    answer = await ask(sign_in_server, f"Bearer {BAD_TOKENS[name]()}")
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic YTpi", "token"])
async def test_without_a_token_the_answer_asks_for_one(
    sign_in_server: ServerProcess, authorization: str | None
) -> None:
    for path in ("", f"/{uuid4()}", f"?access_token={token_of('a')}"):
        answer = await ask(sign_in_server, authorization, path)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "bearer token" in answer.told


async def test_the_scheme_may_be_written_in_any_case(sign_in_server: ServerProcess) -> None:
    assert (await ask(sign_in_server, f"bEARER {token_of(someone())}")).status == 200


async def test_host_and_origin_are_looked_at_first(sign_in_server: ServerProcess) -> None:
    async with RawClient(sign_in_server, MODERN) as client:
        assert (await client.post(TOOLS_LIST, extra={"host": "evil.example"})).status == 421
        evil = await client.post(TOOLS_LIST, extra={"origin": "https://evil.example"})
        assert evil.status == 403


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_protocol_session_is_of_use_to_its_own_person_only(
    sign_in_server: ServerProcess, method: str
) -> None:
    async with RawClient(sign_in_server, HANDSHAKE, bearer=token_of(someone())) as own:
        other = {"authorization": f"Bearer {token_of(someone())}"}
        refused = await own.call("get_browser_connection_url", "{}", **other)
        assert refused.status == 404
        assert (await own.send(method, **other)).status == 404
        assert (await own.call("get_browser_connection_url", "{}")).status == 200


@in_process
async def test_a_token_is_refused_from_the_moment_at_which_it_expires(settings: Settings) -> None:
    """Also one that was good a moment ago, and is remembered."""
    switch_on(settings)
    settings.MCP_JWT_LEEWAY_SECONDS = 30
    bearers, token = Bearers(), token_of(someone())
    bearer = await bearers.find(token)
    assert await bearers.find(token) is bearer
    with moved(timedelta(seconds=620)):
        assert await bearers.find(token) is bearer
    with moved(timedelta(seconds=631)), pytest.raises(TokenError, match="has expired"):
        await bearers.find(token)


@in_process
async def test_a_token_that_is_not_good_counts_as_one_failure(settings: Settings) -> None:
    switch_on(settings)
    settings.MCP_FAILURES_PER_CLIENT = Rate(calls=2, seconds=6000)
    address = f"2001:db8:{uuid4().hex[:4]}::1"

    def scope_with(token: str) -> dict[str, Any]:
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"localhost")]
        return {"type": "http", "client": (address, 1), "headers": headers, "scheme": "http"}

    with pytest.raises(NotSignedInError):
        await bearer_of(scope_with("garbage"))
    failures.require_few(origins.networks_of(address))
    assert await visit_of(scope_with("garbage")) is None  # at a socket just the same
    with pytest.raises(RateLimitedError):
        failures.require_few(origins.networks_of(address))
    await worker.stop()


async def _change(client: RawClient, session: str, **members: Any) -> dict[str, Any]:
    """Change a scene of a client that opens links for its person: the whole answer."""
    params = {"name": "change_model_color", "arguments": {"color": "teal", "scene": session}}
    meta = META | {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"url": {}}}}
    body = {"id": 5, "method": "tools/call", "params": {**params, **members, "_meta": meta}}
    answer = await client.post(json.dumps({"jsonrpc": "2.0", **body}), name="change_model_color")
    return answer.message


async def test_what_a_person_was_asked_is_for_that_person_to_answer(
    sign_in_server: ServerProcess,
) -> None:
    async with (
        RawClient(sign_in_server, MODERN, bearer=token_of(someone())) as asked,
        RawClient(sign_in_server, MODERN, bearer=token_of(someone())) as other,
    ):
        opened = (await asked.call("open_session", "{}")).message["result"]
        session = opened["structuredContent"]["sessionId"]
        state = (await _change(asked, session))["result"]["requestState"]
        retry = {
            "requestState": state,
            "inputResponses": {"open_scene": {"action": "decline"}},
        }
        assert (await _change(other, session, **retry))["error"]["code"] == -32602
        own = (await _change(asked, session, **retry))["result"]
        assert own["structuredContent"]["sessionId"] == session
        # Once the link was replaced, what was asked under the old one does not tell the new one.
        replaced = str(uuid4())
        execute(
            sign_in_server.database_url,
            f"UPDATE sessions_app_scenesession SET edit_key = '{replaced.replace('-', '')}'"
            f" WHERE edit_key = '{session.replace('-', '')}'",
        )
        late = (await _change(asked, session, **retry))["result"]
        assert late["_meta"]["hello3d/error"]["code"] == "session_unknown"
        assert replaced not in json.dumps(late)


@pytest.fixture(scope="module")
def issuing() -> Iterator[Provider]:
    with provider() as served:
        served.add_rsa_key("first")
        yield served


def _by_keys(url: str, algorithm: str = "RS256") -> dict[str, str]:
    settings = {"MCP_JWT_SECRET": "", "MCP_JWKS_URL": url, "MCP_JWT_ALGORITHM": algorithm}
    return SIGN_IN | settings


@pytest.fixture
def key_server(start_server: StartServer, database_url: str, issuing: Provider) -> ServerProcess:
    return start_server(database_url, environment=_by_keys(issuing.url))


async def test_tokens_are_checked_with_the_keys_that_the_issuer_publishes(
    key_server: ServerProcess, issuing: Provider, tmp_path: Path
) -> None:
    async with client_of(key_server, "auto", token=issuing.token("a", kid="first")) as client:
        await open_scene(client)
    asked = issuing.asked
    # HS256 with the public key as the secret, in each form that a library may take it in.
    public_key = issuing.private_keys["first"].public_key()
    for secret in (_pem(public_key), _pem(public_key).strip()):
        confused = _signed_by_hand(claims_of("a"), {"alg": "HS256", "kid": "first"}, secret)
        assert (await ask(key_server, f"Bearer {confused}")).status == 401
    lying = _signed_by_hand(claims_of("a"), {"alg": "RS256", "kid": "first"}, _pem(public_key))
    assert (await ask(key_server, f"Bearer {lying}")).status == 401
    # A key that is not published: the issuer is asked once, not for every such token.
    issuing.add_rsa_key("hidden")
    hidden = issuing.token("a", kid="hidden")
    del issuing.private_keys["hidden"]
    for _ in range(5):
        assert (await ask(key_server, f"Bearer {hidden}")).status == 401
    assert issuing.asked <= asked + 1
    # The issuer is away: known keys go on to count.
    issuing.is_away = True
    assert (await ask(key_server, f"Bearer {issuing.token('b', kid='first')}")).status == 200
    issuing.is_away = False
    assert "eyJ" not in (tmp_path / "one.log").read_text()


async def test_without_any_keys_the_answer_is_to_try_again(
    start_server: StartServer, database_url: str, issuing: Provider
) -> None:
    token = issuing.token("a", kid="first")
    issuing.is_away = True
    server = start_server(database_url, environment=_by_keys(issuing.url))
    answer = await ask(server, f"Bearer {token}")
    issuing.is_away = False
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
