"""The keys of an issuer: fetched when they are needed, and never at a stranger's will."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from pytest_django import Settings

from sessions_app.people.signing_keys import (
    ASK_AGAIN_AFTER_SECONDS,
    FRESH_SECONDS,
    KEEP_SECONDS,
    KeysUnavailableError,
    SigningKeys,
)
from sessions_app.people.tokens import TokenError, verify
from tests.support.people import switch_on
from tests.support.tokens import Provider, claims_of, provider
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("X2")]


class Time:
    """A monotonic clock that the test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def issuing(settings: Settings) -> Iterator[Provider]:
    switch_on(settings)
    settings.DEBUG = True  # the provider is on this machine
    with provider() as served:
        served.add_ec_key("first")
        settings.MCP_JWKS_URL = served.url
        settings.MCP_JWT_ALGORITHM = "ES256"
        yield served


def signed(issuing: Provider, kid: str) -> str:
    return issuing.token("a", kid=kid, algorithm="ES256")


async def _fetched() -> None:
    """Wait for what the issuer was asked for meanwhile."""
    for task in asyncio.all_tasks():
        if task.get_name() == "signing keys":
            await task


async def test_a_key_that_is_published_later_is_found_with_the_first_token_that_names_it(
    issuing: Provider, time: Time
) -> None:
    keys = SigningKeys(time)
    assert (await verify(signed(issuing, "first"), keys)).subject == "a"
    issuing.add_ec_key("second")
    time.now += ASK_AGAIN_AFTER_SECONDS
    assert (await verify(signed(issuing, "second"), keys)).subject == "a"
    assert (await verify(signed(issuing, "first"), keys)).subject == "a"
    assert issuing.asked == 2


async def test_unknown_keys_have_the_issuer_asked_once_in_ten_seconds(
    issuing: Provider, time: Time
) -> None:
    keys = SigningKeys(time)
    await verify(signed(issuing, "first"), keys)
    for asked in (2, 3):
        time.now += ASK_AGAIN_AFTER_SECONDS
        for number in range(20):
            token = jwt.encode(
                claims_of("a"),
                issuing.private_keys["first"],
                "ES256",
                headers={"kid": f"unknown {number}"},
            )
            with pytest.raises(TokenError, match="not known"):
                await verify(token, keys)
        assert issuing.asked == asked


async def test_a_key_that_is_withdrawn_counts_no_more(issuing: Provider, time: Time) -> None:
    keys = SigningKeys(time)
    issuing.add_ec_key("second")
    withdrawn = signed(issuing, "second")
    await verify(withdrawn, keys)
    del issuing.private_keys["second"]
    time.now += FRESH_SECONDS + 1
    await verify(signed(issuing, "first"), keys)  # what is known serves while newer is fetched
    await _fetched()
    with pytest.raises(TokenError):
        await verify(withdrawn, keys)


async def test_known_keys_outlast_their_issuer_by_a_day(issuing: Provider, time: Time) -> None:
    keys = SigningKeys(time)
    token = signed(issuing, "first")
    await verify(token, keys)
    issuing.is_away = True
    time.now += KEEP_SECONDS - 1
    await verify(token, keys)
    await _fetched()
    time.now += ASK_AGAIN_AFTER_SECONDS
    with pytest.raises(KeysUnavailableError):
        await verify(token, keys)


async def test_a_key_server_that_hangs_holds_no_thread_that_others_need(
    issuing: Provider, time: Time
) -> None:
    loop = asyncio.get_running_loop()
    others = ThreadPoolExecutor(1)
    loop.set_default_executor(others)
    keys = SigningKeys(time)
    await verify(signed(issuing, "first"), keys)
    time.now += ASK_AGAIN_AFTER_SECONDS
    with issuing.hanging():
        unknown = jwt.encode(
            claims_of("a"), issuing.private_keys["first"], "ES256", headers={"kid": "unknown"}
        )
        asking = [asyncio.create_task(verify(unknown, keys)) for _ in range(9)]
        await until(lambda: issuing.asked >= 2)
        async with asyncio.timeout(1):
            await asyncio.to_thread(int)
            assert (await verify(signed(issuing, "first"), keys)).subject == "a"
    for task in asking:
        with pytest.raises(TokenError):
            await task
    assert issuing.asked == 2


async def test_a_token_without_a_key_id_is_checked_where_there_is_one_key_only(
    issuing: Provider, time: Time
) -> None:
    keys = SigningKeys(time)
    token = jwt.encode(claims_of("a"), issuing.private_keys["first"], "ES256")
    assert (await verify(token, keys)).subject == "a"
    issuing.add_ec_key("second")
    with pytest.raises(TokenError):
        await verify(token, SigningKeys(time))


@pytest.mark.parametrize("kid", ["../first", "first\x00", "FIRST", "https://evil.example/keys", ""])
async def test_a_key_id_is_a_name_and_nothing_else(issuing: Provider, time: Time, kid: str) -> None:
    key = issuing.private_keys["first"]
    token = jwt.encode(claims_of("a"), key, "ES256", headers={"kid": kid})
    with pytest.raises(TokenError):
        await verify(token, SigningKeys(time))


async def test_a_key_that_the_token_itself_brings_is_not_looked_at(
    issuing: Provider, time: Time
) -> None:
    issuing.add_ec_key("own")
    own = next(one for one in issuing.document()["keys"] if one["kid"] == "own")
    key = issuing.private_keys.pop("own")
    for kid in ("first", "own"):
        headers = {"kid": kid, "jwk": own, "jku": issuing.url, "x5u": issuing.url}
        with pytest.raises(TokenError):
            await verify(jwt.encode(claims_of("a"), key, "ES256", headers), SigningKeys(time))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_keys_of_another_kind_and_short_ones_check_nothing(
    issuing: Provider, time: Time, settings: Settings
) -> None:
    token = signed(issuing, "first")
    issuing.private_keys.clear()
    issuing.add_rsa_key("first")
    issuing.add_rsa_key("short", bits=1024)
    with pytest.raises(KeysUnavailableError):
        await verify(token, SigningKeys(time))
    settings.MCP_JWT_ALGORITHM = "RS256"
    keys = SigningKeys(time)
    assert (await verify(issuing.token("a", kid="first"), keys)).subject == "a"
    with pytest.raises(TokenError):
        await verify(issuing.token("a", kid="short"), keys)
