"""The addresses that are handed out, and the edit keys that are found in what comes back."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sessions_app.web import links

# The page finds the same: tests/page/person.test.js.
FOUND = json.loads((Path(__file__).parents[2] / "fixtures/edit_keys.json").read_text())
KEY = FOUND["key"]


@pytest.mark.requirement("H6")
@pytest.mark.parametrize(
    ("browser_url", "expected"),
    [
        (None, f"http://studio.example/?sessionId={KEY}"),
        ("https://page.example", f"https://page.example/?sessionId={KEY}"),
        ("https://page.example/a/b", f"https://page.example/a/b?sessionId={KEY}"),
        ("https://p.example/?x=1&sessionId=old#top", f"https://p.example/?x=1&sessionId={KEY}#top"),
        ("https://p.example?empty=&q=a%26b", f"https://p.example/?empty=&q=a%26b&sessionId={KEY}"),
    ],
)
def test_the_link_keeps_what_the_browser_url_carries(
    settings: Any, browser_url: str | None, expected: str
) -> None:
    settings.BROWSER_URL = browser_url
    link = links.browser_url(edit_key=UUID(KEY), public_origin="http://studio.example")
    assert link == expected
    assert links.find_edit_key(link) == UUID(KEY)


def test_without_a_session_the_links_name_none(settings: Any) -> None:
    settings.BROWSER_URL = None
    origin = "http://studio.example"
    assert links.browser_url(edit_key=None, public_origin=origin) == f"{origin}/"
    assert links.mcp_url(edit_key=None, public_origin=origin) == f"{origin}/mcp"
    assert links.find_edit_key(links.mcp_url(edit_key=UUID(KEY), public_origin=origin)) == UUID(KEY)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://page.example", True),
        ("http://127.0.0.1:8000/a?b#c", True),
        ("ftp://page.example", False),
        ("page.example", False),
        ("https://", False),
        ("http://page.example:0", False),
        ("http://page.example:65536", False),
        ("http://[bad", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_http_addresses_with_a_host_are_web_addresses(text: str, is_one: bool) -> None:
    assert links.is_web_url(text) is is_one


@pytest.mark.parametrize("case", FOUND["cases"], ids=lambda case: case["text"])
def test_the_one_edit_key_in_a_text_is_found_whatever_stands_around_it(
    case: dict[str, Any],
) -> None:
    text = case["text"].replace("OTHER", FOUND["other"])
    for key in (KEY, KEY.upper()):
        found = links.find_edit_key(text.replace("KEY", key))
        assert found == (UUID(KEY) if case["found"] else None)


@pytest.mark.parametrize("text", [KEY + " " * 3000, "?sessionId=." * 5000, "1-" * 100_000])
def test_a_text_that_is_no_link_any_more_holds_no_key(text: str) -> None:
    assert links.find_edit_key(text) is None
