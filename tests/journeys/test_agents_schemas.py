"""Our tools' schemas come through other people's converters: all tools, all that they say."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from tests.support.agents import AGENTS, ENVIRONMENTS, SCENE, Agent, model_of
from tests.support.calls import client_of
from tests.support.clients import EACH_ERA, FOLDER, MAX_ANSWER_BYTES, OTHERS, RealClient
from tests.support.models import box_model
from tests.support.scripted import Offered
from tests.support.sent_models import sent
from tests.support.servers import ServerProcess
from tests.walk.asking import TOOLS

pytestmark = [pytest.mark.anyio, pytest.mark.long]

Schema = dict[str, Any]
# The Gen AI SDK's own converter, which takes the tools as the protocol's SDK lists them.
GEN_AI = Agent("genai_agent.py", "google-genai", ("", ""), group="sdk2")
# Without what docs/clients.md says to set.
UNSET = Agent("llama_index_unset.py", "llama-index-tools-mcp", ("", ""), group="llamaindex")
CONVERTERS = {**AGENTS, "genai": GEN_AI, "llama-index-unset": UNSET}
# What a converter drops of any schema that others can read, as docs/clients.md says: where, how.
LOSSES = {
    # It converts one level of lists.
    "autogen": (r"\[\]\[\]$", "number became None"),
    # It keeps what an object in a list has only behind a reference, which others do not follow.
    "llama-index-unset": (r"^[^\[]+\[\]\.\w+$", "lost"),
}
STRICT = ("openai-agents", "crewai")
VALIDATING = {
    name: (EACH_ERA | OTHERS)[name]
    for name in ("python-auto", "python-legacy", "typescript-v1", "typescript-v2-auto")
}
# Told to be strict, for the test below; docs/clients.md says how others are kept from it.
FORCING = ("openai-agents",)
NO_STRUCTURE = "take_screenshot"
GROUPS = "?tools=studio"


@pytest.mark.requirement("H1")
@pytest.mark.parametrize("name", CONVERTERS)
async def test_a_model_is_offered_all_that_the_tools_say(
    shared_server: ServerProcess, tmp_path: Path, name: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        tools = (await client.list_tools()).tools
    async with model_of(CONVERTERS[name], shared_server, tmp_path) as model:
        offered = await model.offered()
    assert set(offered) == {tool.name for tool in tools}
    schemas = {tool.name: tool.input_schema for tool in tools}
    faults = [each for tool in schemas for each in lost(tool, schemas[tool], offered[tool])]
    assert faults == (known_losses(name, schemas) if name in LOSSES else [])
    must = {tool for tool in schemas if forced(schemas[tool], offered[tool].schema)}
    assert must == (set(schemas) if name in FORCING else set())


def known_losses(name: str, schemas: Mapping[str, Schema]) -> list[str]:
    """What a converter is known to drop of what we list now."""
    where, how = LOSSES[name]
    paths = [path for tool, schema in schemas.items() for path in _paths(tool, schema)]
    known = [f"{path}: {how}" for path in paths if re.search(where, path)]
    assert known, "Our tools no longer have what it drops."
    return known


def _paths(where: str, schema: Schema) -> Iterator[str]:
    """The paths of a schema and of all in it, in the order of `lost`."""
    yield where
    if "items" in schema:
        yield from _paths(f"{where}[]", schema["items"])
    for name, member in schema.get("properties", {}).items():
        yield from _paths(f"{where}.{name}", member)


@pytest.mark.parametrize("name", STRICT)
async def test_a_strict_converter_takes_every_tool(
    shared_server: ServerProcess, tmp_path: Path, name: str
) -> None:
    """Else it offers the tool without what OpenAI calls strict, or not at all."""
    async with model_of(AGENTS[name], shared_server, tmp_path) as model:
        offered = await model.offered()
    for tool, given in offered.items():
        for member in objects(given.schema):
            assert member["additionalProperties"] is False, tool
            assert member["required"] == list(member["properties"]), tool


def lost(tool: str, listed: Schema, offered: Offered) -> Iterator[str]:
    """What a tool's arguments say in `tools/list`, and not in what the model is offered."""
    yield from _lost(tool, listed, offered.schema, listed, offered.schema)


def _lost(where: str, said: Schema, given: Schema, root: Schema, other: Schema) -> Iterator[str]:
    said, given = _plain(said, root), _plain(given, other)
    if said.get("type") != str(given.get("type")).lower():
        yield f"{where}: {said.get('type')} became {given.get('type')}"
    if said.get("description", "") not in given.get("description", ""):
        yield f"{where}: described as {given.get('description')}"
    if given.get("enum", said.get("enum")) != said.get("enum"):
        yield f"{where}: other values"
    if "items" in said:
        yield from _lost(f"{where}[]", said["items"], given.get("items") or {}, root, other)
    for name, member in said.get("properties", {}).items():
        its = given.get("properties", {}).get(name)
        if its is None:
            yield f"{where}.{name}: lost"
        else:
            yield from _lost(f"{where}.{name}", member, its, root, other)


def _plain(schema: Schema, root: Schema) -> Schema:
    """A schema without references, and without "or null" where a converter adds it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _plain(
            {**root["$defs"][name], **{k: schema[k] for k in schema if k != "$ref"}}, root
        )
    ways = [way for way in schema.get("anyOf", ()) if str(way.get("type")).lower() != "null"]
    if len(ways) == 1:
        return _plain({**schema, "anyOf": [], **ways[0]}, root)
    kind = schema.get("type")
    if isinstance(kind, list):
        [kind] = [each for each in kind if each != "null"]
    return {**schema, "type": kind}


def forced(said: Schema, given: Schema) -> set[str]:
    """The arguments that the model must give a value for, though we require none."""
    required = set(given.get("required") or ()) - set(said["required"])
    return {name for name in required if not _may_be_null(given["properties"][name])}


def _may_be_null(schema: Schema) -> bool:
    kinds = schema.get("type") or [way.get("type") for way in schema.get("anyOf", ())]
    return bool(schema.get("nullable")) or "null" in kinds


def objects(schema: Schema) -> Iterator[Schema]:
    """The schema and those in it that are of an object."""
    if schema.get("type") == "object":
        yield schema
    members = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    items = [schema["items"]] if "items" in schema else []
    for member in [*members, *items, *schema.get("$defs", {}).values()]:
        yield from objects(member)


@pytest.mark.parametrize("client", [pytest.param(c, id=name) for name, c in VALIDATING.items()])
async def test_an_sdk_that_checks_results_against_their_schemas_takes_every_tools(
    shared_server: ServerProcess, tmp_path: Path, client: RealClient
) -> None:
    async with client.open(f"{shared_server.mcp_url}{GROUPS}", tmp_path) as call:
        key = (await call("get_browser_connection_url"))["sessionId"]
        model = await sent(shared_server, key, box_model())
        for tool, arguments in calls(model):
            assert await call(tool, **arguments, **{SCENE: key}), tool


@pytest.mark.parametrize("group", ["sdk1", "sdk2"])
async def test_fastmcp_makes_types_that_hold_every_value(
    shared_server: ServerProcess, group: str
) -> None:
    """Its second version, and the newest one."""
    python = ENVIRONMENTS / group / "bin" / "python"
    process = await asyncio.create_subprocess_exec(
        *(python, FOLDER / "python" / "fastmcp_values.py", f"{shared_server.mcp_url}{GROUPS}"),
        stdin=PIPE,
        stdout=PIPE,
        limit=MAX_ANSWER_BYTES,
    )
    requests, results = process.stdin, process.stdout
    assert requests is not None
    assert results is not None

    async def call(tool: str, **arguments: Any) -> Schema:
        requests.write(json.dumps({"name": tool, "arguments": arguments}).encode() + b"\n")
        async with asyncio.timeout(60):
            answer = json.loads(await results.readline())
        assert present(answer["values"]) == present(answer["structured"]), tool
        structured: Schema = answer["structured"]
        return structured

    try:
        key = (await call("get_browser_connection_url"))["sessionId"]
        model = await sent(shared_server, key, box_model())
        for tool, arguments in calls(model):
            await call(tool, **arguments, **{SCENE: key})
    finally:
        process.kill()
        await process.wait()


def present(value: Any) -> Any:
    """The value without members that are null: so the types show an optional one that is absent."""
    if isinstance(value, dict):
        return {name: present(member) for name, member in value.items() if member is not None}
    return [present(each) for each in value] if isinstance(value, list) else value


def calls(model: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A call of every tool that has a structure, `model` being the id of one that was sent.

    What others need stays: the bust is painted first, or it would make way for the first object;
    those that take away come last.
    """
    first, last = ("change_model_color",), ("remove_objects", "close_session")
    between = sorted(set(TOOLS) - {NO_STRUCTURE, *first, *last})
    given = {**TOOLS, "import_model": {"upload": model}}
    return ((tool, given[tool]) for tool in (*first, *between, *last))
