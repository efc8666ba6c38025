"""The addresses that are handed out, and the edit keys that are found in what comes back."""

from typing import Any
from uuid import UUID

import pytest

from sessions_app.web import links

KEY = "11111111-2222-4333-8444-555555555555"


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (KEY, True),
        (f"  {KEY.upper()}\n", True),
        (f"http://studio.example/?sessionId={KEY}", True),
        (f"http://studio.example/?a=b&sessionId={KEY}#x", True),
        (f"http://studio.example/mcp/{KEY}", True),
        (f"http://studio.example/mcp/{KEY}/", True),
        (f"http://studio.example/{KEY}", False),
        (f"http://studio.example/?session={KEY}", False),
        (f"{{{KEY}}}", False),
        (KEY.replace("-", ""), False),
        (f"see {KEY}", False),
        ("constructor", False),
        ("http://[bad", False),
        (KEY + "x" * 3000, False),
        ("", False),
    ],
)
def test_an_edit_key_is_found_in_itself_and_in_links(text: str, found: bool) -> None:
    assert links.find_edit_key(text) == (UUID(KEY) if found else None)
