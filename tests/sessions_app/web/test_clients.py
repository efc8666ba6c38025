"""What pages say of connecting each AI client, with the address it is for."""

import base64
import json
import shlex
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from sessions_app.web.clients import Way, ways
from tests.support.pages import UNKNOWN

HERE = f"http://127.0.0.1:8000/mcp/{UNKNOWN}"
AT_HOME = f"http://192.168.1.20:8000/mcp/{UNKNOWN}"
PUBLIC = f"https://studio.example/hello3d/mcp/{UNKNOWN}"
PLAIN = f"http://studio.example/mcp/{UNKNOWN}"


def by_slug(url: str, *, signs_in: bool = False) -> dict[str, Way]:
    found = ways(url, signs_in=signs_in)
    assert len({way.slug for way in found}) == len(found)
    return {way.slug: way for way in found}


def words(way: Way) -> str:
    return " ".join((*way.steps, *way.then))


@pytest.mark.parametrize("url", [HERE, AT_HOME, PUBLIC, PLAIN])
def test_each_client_is_given_this_address(url: str) -> None:
    found = by_slug(url)
    if url != PUBLIC:
        del found["chatgpt"]  # which cannot use it
    for way in found.values():
        assert url in way.copied, way.slug
        assert way.steps, way.slug


@pytest.mark.parametrize("slug", ["claude-code", "gemini-cli", "codex"])
def test_a_command_ends_with_the_address_as_one_word(slug: str) -> None:
    assert shlex.split(by_slug(HERE)[slug].copied)[-1] == HERE


def test_links_hold_what_the_client_reads() -> None:
    found = by_slug(PUBLIC)
    assert {slug for slug, way in found.items() if way.link} == {"cursor", "vs-code"}
    query = parse_qs(urlsplit(found["cursor"].link).query, strict_parsing=True)
    assert query["name"] == ["hello3d"]
    assert json.loads(base64.b64decode(query["config"][0], validate=True)) == {"url": PUBLIC}
    start, _, encoded = found["vs-code"].link.partition("?")
    assert start == "vscode:mcp/install"
    server = {"name": "hello3d", "type": "http", "url": PUBLIC}
    assert json.loads(unquote(encoded)) == server


@pytest.mark.parametrize(
    ("url", "because", "tunnel"),
    [
        (HERE, "cannot reach 127.0.0.1", "http://127.0.0.1:8000"),
        (AT_HOME, "cannot reach 192.168.1.20", "http://192.168.1.20:8000"),
        (PLAIN, "over https only", "http://studio.example"),
    ],
)
def test_what_the_cloud_cannot_reach_is_said_with_a_way_on(
    url: str, because: str, tunnel: str
) -> None:
    found = by_slug(url)
    assert found["chatgpt"].copied == f"cloudflared tunnel --url {tunnel}"
    for slug in ("chatgpt", "claude"):
        assert because in words(found[slug])
        assert "PUBLIC_ORIGIN" in words(found[slug])
    arguments = json.loads(found["claude"].copied)["mcpServers"]["hello3d"]["args"]
    assert arguments[:3] == ["-y", "mcp-remote", url]
    assert ("--allow-http" in arguments) is (url != HERE)


@pytest.mark.parametrize(("signs_in", "sign_in"), [(False, "No Authentication"), (True, "OAuth")])
def test_a_public_address_is_all_that_clients_in_the_cloud_need(
    *, signs_in: bool, sign_in: str
) -> None:
    found = by_slug(PUBLIC, signs_in=signs_in)
    assert found["chatgpt"].copied == found["claude"].copied == PUBLIC
    assert sign_in in words(found["chatgpt"])
    assert "cannot reach" not in words(found["claude"])
