"""docs/clients.md: its programs run, its configurations and links lead to the address it names."""

import asyncio
import base64
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from hello3d import settings
from sessions_app.web.clients import ways
from tests.support.agents import AGENTS
from tests.support.clients import EACH_ERA, FOLDER, NODE, OTHERS
from tests.support.documents import ROOT, read, rows, section
from tests.support.servers import ServerProcess
from tests.support.tokens import token_of
from tests.support.waiting import WITHIN_SECONDS

DOCUMENT = "docs/clients.md"
URL = "http://127.0.0.1:8000/mcp"
TRIED = "What was tried"
UNTRIED = "What follows documentation only"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(DOCUMENT), re.M | re.S)


def strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def test_each_configuration_is_json_with_the_documented_address() -> None:
    configurations = [json.loads(block) for block in blocks("json")]
    assert len(configurations) == 9
    for configuration in configurations:
        [(servers, named)] = configuration.items()
        assert servers in ("mcpServers", "servers")
        assert list(named) == ["hello3d"]
        texts = list(strings(named))
        alone = {"stdio", "mcp_stdio"} & set(texts) and "--connect" not in texts
        assert [text for text in texts if "://" in text] == ([] if alone else [URL])


def test_the_wheel_that_a_configuration_names_is_this_versions() -> None:
    assert set(re.findall(r"[\w.-]+\.whl", read(DOCUMENT))) == {
        f"hello3d-{settings.VERSION}-py3-none-any.whl"
    }


def test_the_link_for_cursor_decodes_to_its_configuration() -> None:
    [link] = re.findall(r"^cursor:\S+$", read(DOCUMENT), re.M)
    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("anysphere.cursor-deeplink", "/mcp/install")
    query = parse_qs(parts.query, strict_parsing=True)
    assert query["name"] == ["hello3d"]
    [config] = query["config"]
    assert json.loads(base64.b64decode(config, validate=True)) == {"url": URL}


def test_the_link_for_vs_code_decodes_to_its_configuration() -> None:
    [link] = re.findall(r"^vscode:\S+$", read(DOCUMENT), re.M)
    start, _, encoded = link.partition("?")
    assert start == "vscode:mcp/install"
    assert json.loads(unquote(encoded)) == {"name": "hello3d", "type": "http", "url": URL}


def test_what_pages_say_of_connecting_a_client_is_what_the_document_says() -> None:
    text = read(DOCUMENT)
    for way in ways(URL, signs_in=False):
        assert way.copied in text, way.slug
        assert way.link in text, way.slug


def test_every_client_that_counts_as_tried_has_its_test_and_the_other_way_round() -> None:
    lines = [line.strip("| ").split(" | ") for line in section(DOCUMENT, TRIED).splitlines()]
    tried = {line[3].strip("`"): line for line in lines if len(line) == 4 and "`" in line[3]}
    clients = EACH_ERA | OTHERS
    assert list(tried) == list(clients)
    for name, (_, version, protocol, _) in tried.items():
        assert version == clients[name].installed, name
        assert protocol == clients[name].protocol, name


def test_every_agent_that_counts_as_tried_has_its_test_and_the_other_way_round() -> None:
    lines = [line.strip("| ").split(" | ") for line in section(DOCUMENT, TRIED).splitlines()]
    tried = {line[6].strip("`"): line for line in lines if len(line) == 7 and "`" in line[6]}
    assert list(tried) == list(AGENTS)
    for name, (client, *columns, _) in tried.items():
        agent = AGENTS[name]
        pictures = "yes" if agent.sees_pictures else "no"
        facts = [agent.installed, agent.protocol, agent.connection, agent.reads, pictures]
        assert columns == facts, name
        assert f"(`{agent.package}`)" in client


def test_every_test_that_the_document_names_exists() -> None:
    text = section(DOCUMENT, TRIED) + section(DOCUMENT, UNTRIED)
    files = set(re.findall(r"`(tests/[\w/]+\.py)`", text))
    assert all((ROOT / file).is_file() for file in files)
    cases = re.findall(r"`(test_\w+)`\s+in `(tests/[\w/]+\.py)`", text)
    assert len(cases) == 2
    assert all(f"async def {function}(" in read(file) for function, file in cases)
    for _, _, stand_in in rows(section(DOCUMENT, UNTRIED)).values():
        named = re.findall(r"`([\w-]+)`", stand_in)
        assert set(named) <= set(EACH_ERA | OTHERS)


def test_llama_index_is_tried_with_what_the_document_says_to_set() -> None:
    _, spec, _ = blocks("python")
    tried = read("tests/clients/python/llama_index_agent.py")
    assert set(spec.splitlines()) <= set(tried.splitlines())
    assert spec[spec.index("class ") :] in tried


async def run(*command: str, cwd: Path, **environment: str) -> tuple[int | None, str, str]:
    """The exit status of a program, its output and its errors."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=os.environ | environment, stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(WITHIN_SECONDS):
        told, errors = await process.communicate()
    return process.returncode, told.decode(), errors.decode()


async def output(*command: str, cwd: Path, **environment: str) -> str:
    status, told, errors = await run(*command, cwd=cwd, **environment)
    assert status == 0, errors
    return told


@pytest.mark.anyio
async def test_the_python_program_paints_a_model(shared_server: ServerProcess) -> None:
    program, _, _ = blocks("python")
    told = await output(sys.executable, "-c", program.replace(URL, shared_server.mcp_url), cwd=ROOT)
    assert told.startswith("The model is now teal (#008688).")


@pytest.mark.long
@pytest.mark.anyio
async def test_the_python_program_with_a_token_paints_a_model_of_its_person(
    sign_in_server: ServerProcess,
) -> None:
    _, _, program = blocks("python")
    command = (sys.executable, "-c", program.replace(URL, sign_in_server.mcp_url))
    mine = token_of("a-reader")
    for bearer, word in [(mine, "now"), (mine, "already"), (token_of("another"), "now")]:
        told = await output(*command, cwd=ROOT, MCP_BEARER_TOKEN=bearer)
        assert f"The model is {word} teal (#008688)." in told
    status, told, errors = await run(*command, cwd=ROOT, MCP_BEARER_TOKEN=f"{mine}x")
    assert (status, told) == (1, "")
    assert "ExceptionGroup" in errors
    assert "MCPError: The token is not one for this server" in errors


@pytest.mark.anyio
@pytest.mark.long
async def test_the_typescript_program_paints_a_model(shared_server: ServerProcess) -> None:
    [program] = blocks("js")
    program = program.replace(URL, shared_server.mcp_url)
    told = await output(str(NODE), "--input-type=module", "-e", program, cwd=FOLDER)
    assert told.startswith("The model is now teal (#008688).")


@pytest.mark.anyio
@pytest.mark.long
async def test_the_inspectors_commands_make_a_scene_and_paint_it(server: ServerProcess) -> None:
    commands = [
        line.replace(URL, server.mcp_url).removeprefix("npx @modelcontextprotocol/inspector ")
        for block in blocks("sh")
        for line in block.splitlines()
        if "--cli" in line
    ]
    first, second = commands
    inspector = (str(NODE), str(FOLDER / "node_modules/.bin/mcp-inspector"))
    made = json.loads(await output(*inspector, *first.split(), cwd=FOLDER))
    session = made["structuredContent"]["sessionId"]
    painted = second.replace("<id>", session)
    told = json.loads(await output(*inspector, *painted.split(), cwd=FOLDER))
    assert told["content"][0]["text"].startswith("The model is now teal (#008688).")
