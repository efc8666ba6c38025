"""The characters of a code, what people type of it, and what is stored of it."""

import pytest
from pytest_django import Settings

from sessions_app.web.pairing_codes import (
    ALPHABET,
    MAX_TYPED_LENGTH,
    code_digest,
    code_digests,
    new_code,
    read_code,
    shown,
)

pytestmark = pytest.mark.requirement("H7")


def test_a_code_has_six_of_31_signs_that_nobody_mixes_up() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set("01OIL") & set(ALPHABET)
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 490
    assert {len(code) for code in codes} == {6}
    assert set("".join(codes)) == set(ALPHABET)


@pytest.mark.parametrize(
    "typed", ["K7M2PQ", "k7m2pq", "K7M-2PQ", " k7m 2pq\n", "k 7 m - 2 p q", "K7M\u20132PQ"]
)
def test_case_spaces_and_hyphens_do_not_matter(typed: str) -> None:
    assert read_code(typed) == "K7M2PQ"
    assert read_code(shown("K7M2PQ")) == "K7M2PQ"


@pytest.mark.parametrize(
    "typed",
    ["", "K7M2P", "K7M2PQ9", "K7M2P0", "K7M2PI", "K7M_2PQ", "\u017f7M2PQ", "K7M2PQ" + " " * 50],
)
def test_other_texts_are_no_codes(typed: str) -> None:
    assert read_code(typed) is None
    assert len("K7M2PQ" + " " * 50) > MAX_TYPED_LENGTH


def test_the_digest_needs_the_servers_key_and_outlives_its_rotation(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old key", []
    before = code_digest("K7M2PQ")
    assert "K7M2PQ" not in before
    settings.SECRET_KEY = "new key"
    assert code_digest("K7M2PQ") != before
    assert before not in code_digests("K7M2PQ")
    settings.SECRET_KEY_FALLBACKS = ["old key"]
    assert code_digests("K7M2PQ") == [code_digest("K7M2PQ"), before]
