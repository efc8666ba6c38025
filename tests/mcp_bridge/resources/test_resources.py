"""Scenes as resources: whoever has the session id reads them, in both eras, and nobody else's."""

import json
from uuid import uuid4

import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import ResourceTemplateReference

from mcp_bridge.resources.handlers import MAX_PAST_CHANGES
from mcp_bridge.resources.scene_uris import PARTS, TEMPLATES, found_in, parse_uri, uri_template
from sessions_app.scene.document import new_document
from tests.support.calls import ERAS, call, client_of, open_scene
from tests.support.raw import HANDSHAKE, META, MODERN, RawClient
from tests.support.resources import read
from tests.support.scene_documents import model_color
from tests.support.servers import ServerProcess
from tests.support.storage import count, newer

pytestmark = pytest.mark.anyio

NOT_FOUND = {"legacy": -32002, "auto": -32602, HANDSHAKE: -32002, MODERN: -32602}
OBJECT_TEMPLATE = "scene://{sessionId}/objects/{name}"
PROPS = "scene://props"


async def listed(client: Client) -> set[str]:
    """The URIs listed, but for the props, which everybody has."""
    uris = {str(resource.uri) for resource in (await client.list_resources()).resources}
    assert PROPS in uris
    return uris - {PROPS}


def all_uris(key: str) -> set[str]:
    return {f"scene://{key}" + (f"/{name}" if name else "") for name in PARTS}


@pytest.mark.parametrize("era", ERAS)
async def test_a_scene_and_each_of_its_parts_can_be_read(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        await call(client, "change_model_color", color="teal", scene=key)
        whole = await read(client, f"scene://{key}")
        assert (whole["sessionId"], whole["revision"]) == (key, 1)
        scene = whole["scene"]
        assert set(scene) == set(new_document())
        assert model_color(scene) == "#008688"
        part = await read(client, f"scene://{key}/environment")
        assert part == {"sessionId": key, "revision": 1, "environment": scene["environment"]}
        for each, entity in scene["objects"].items():
            told = (await call(client, "get_scene", scene=key, targets=[each]))["objects"]
            for name in (entity["name"], entity["name"].upper(), each):
                found = await read(client, f"scene://{key}/objects/{name}")
                assert found == {"sessionId": key, "revision": 1, "object": told[0]}


def test_a_name_is_escaped_in_its_uri() -> None:
    key = uuid4()
    uri = parse_uri(f"scene://{key}/objects/caf%C3%A9%20%2F%20table%3F")
    assert uri is not None
    assert uri.part.object == "café / table?"
    assert str(uri) == f"scene://{key}/objects/caf%C3%A9%20%2F%20table%3F"
    document = new_document()
    assert found_in(document, uri.part) is None
    document["objects"]["o1"]["name"] = "Café / Table?"
    found = found_in(document, uri.part)
    assert found is not None
    assert found.path == "/objects/o1"


@pytest.mark.parametrize("era", ERAS)
async def test_the_history_tells_the_last_changes(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        assert (await read(client, f"scene://{key}/history"))["history"] == []
        for number in range(MAX_PAST_CHANGES + 2):
            color = f"#0000{number + 1:02x}"
            await call(client, "change_background_color", color=color, scene=key)
        told = await read(client, f"scene://{key}/history")
        revisions = [change["revision"] for change in told["history"]]
        assert revisions == list(range(MAX_PAST_CHANGES + 2, 2, -1))
        newest = told["history"][0]
        assert newest["tool"] == "change_background_color"
        assert "#000034" in newest["summary"]
        assert newest["at"].endswith("+00:00")


async def test_a_protocol_session_lists_the_scene_that_it_steers_and_makes_none(
    shared_server: ServerProcess,
) -> None:
    new = newer(shared_server.database_url, "scenesession")
    async with client_of(shared_server, "legacy") as client:
        assert await listed(client) == set()
        assert count(shared_server.database_url, "scenesession", new) == 0
        key = await open_scene(client)
        assert await listed(client) == all_uris(key)
        async with client_of(shared_server, "legacy") as other:
            assert await listed(other) == set()


@pytest.mark.parametrize("era", ERAS)
async def test_the_address_of_a_scene_lists_it_and_reads_no_other(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        key, another = await open_scene(client), await open_scene(client)
        assert await listed(client) == set()
    async with client_of(shared_server, era, f"/{key}") as bound:
        assert await listed(bound) == all_uris(key)
        assert (await read(bound, f"scene://{key}/objects/model"))["sessionId"] == key
        with pytest.raises(MCPError) as refused:
            await bound.read_resource(f"scene://{another}")
        assert refused.value.error.code == NOT_FOUND[era]
    async with client_of(shared_server, era, f"/{uuid4()}") as lost:
        assert await listed(lost) == set()


@pytest.mark.parametrize("era", ERAS)
async def test_the_templates_name_every_part(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        templates = (await client.list_resource_templates()).resource_templates
    assert [template.uri_template for template in templates] == [
        *(uri_template(part) for part in TEMPLATES),
        f"{PROPS}/{{search}}",
    ]
    assert OBJECT_TEMPLATE in {template.uri_template for template in templates}
    assert {template.mime_type for template in templates} == {"application/json"}


async def test_props_are_read_and_searched_without_a_scene(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        every = (await read(client, PROPS))["props"]
        found = (await read(client, f"{PROPS}/sofa%20"))["props"]
    assert len(every) >= 60
    assert [prop["prop"] for prop in found] == ["sofa", "corner_sofa"]
    [tree] = [prop for prop in every if prop["prop"] == "tree"]
    assert tree["size"] == tree["forms"]["oak"]
    assert "couch" in found[0]["words"]


def unknown_uris(key: str) -> list[str]:
    return [
        f"scene://{uuid4()}",
        f"scene://{key}/",
        f"scene://{key}/shoes",
        f"scene://{key}/objects",
        f"scene://{key}/objects/",
        f"scene://{key}/objects/shoes",
        f"scene://{key}/objects/{{name}}",
        f"scene://{key}/objects/model/color",
        f"scene://{key}/model",
        f"scene://{key}/../{key}",
        f"scene://{key}?part=history",
        f"scene://{key}#history",
        f"scene:{key}",
        f"https://example.com/{key}",
        "scene://{sessionId}",
        "scene://",
        "scene://" + "a" * 5000,
    ]


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_what_is_no_resource_is_told_alike(shared_server: ServerProcess, era: str) -> None:
    new = newer(shared_server.database_url, "scenesession")
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    async with RawClient(shared_server, era) as raw:
        told = set()
        for uri in unknown_uris(key):
            params = {"uri": uri} | ({"_meta": META} if era == MODERN else {})
            body = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": params}
            answer = await raw.post(json.dumps(body), method="resources/read", name=uri)
            assert answer.code == NOT_FOUND[era], uri
            assert answer.message["error"]["data"] == {"uri": uri[:200]}
            told.add(answer.told)
    assert len(told) == 1
    assert count(shared_server.database_url, "scenesession", new) == 1


@pytest.mark.parametrize("era", ERAS)
async def test_session_ids_are_completed_with_the_callers_own_only(
    shared_server: ServerProcess, era: str
) -> None:
    reference = ResourceTemplateReference(uri=OBJECT_TEMPLATE)
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await open_scene(client)

        async def completed(client: Client, name: str, value: str) -> list[str]:
            answer = await client.complete(reference, {"name": name, "value": value})
            return answer.completion.values

        assert await completed(client, "sessionId", "") == []
        assert await completed(client, "sessionId", key[:8]) == []
    async with client_of(shared_server, era, f"/{key}") as bound:
        assert await completed(bound, "sessionId", "") == [key]
        assert await completed(bound, "sessionId", key[:5].upper()) == [key]
        assert await completed(bound, "sessionId", "zzz") == []
        assert await completed(bound, "name", "f") == ["fill"]
        assert await completed(bound, "name", "") == ["model", "key", "fill", "camera"]


@pytest.mark.parametrize("era", ERAS)
async def test_names_are_completed_for_the_scene_that_is_named(
    shared_server: ServerProcess, era: str
) -> None:
    reference = ResourceTemplateReference(uri=OBJECT_TEMPLATE)
    argument = {"name": "name", "value": "m"}
    async with client_of(shared_server, "auto") as other:
        key = await open_scene(other)
    async with client_of(shared_server, era) as client:
        answer = await client.complete(reference, argument, {"sessionId": key})
        assert answer.completion.values == ["model", "camera"]
        assert (await client.complete(reference, argument)).completion.values == []
        nothing = await client.complete(reference, argument, {"sessionId": "mine"})
        assert nothing.completion.values == []
        with pytest.raises(MCPError) as refused:
            await client.complete(reference, argument, {"sessionId": str(uuid4())})
        assert refused.value.error.code == NOT_FOUND[era]


async def test_a_completion_of_nothing_that_there_is_is_refused(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        for template, name in (
            (OBJECT_TEMPLATE, "color"),
            ("scene://{sessionId}", "name"),
            ("file:///{path}", "path"),
        ):
            reference = ResourceTemplateReference(uri=template)
            with pytest.raises(MCPError) as refused:
                await client.complete(reference, {"name": name, "value": ""})
            assert refused.value.error.code == -32602


async def test_an_ended_protocol_session_reads_and_lists_nothing(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    async with (
        RawClient(shared_server, HANDSHAKE) as raw,
        RawClient(shared_server, HANDSHAKE) as ending,
    ):
        list_body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "resources/list"})
        assert (await raw.post(list_body)).status == 200
        ending.token = raw.token
        assert (await ending.send("DELETE")).status == 200
        read_params = {"uri": f"scene://{key}"}
        body = {"jsonrpc": "2.0", "id": 2, "method": "resources/read", "params": read_params}
        assert (await raw.post(list_body)).status == 404
        assert (await raw.post(json.dumps(body))).status == 404


def test_a_uri_is_read_as_it_is_written() -> None:
    key = uuid4()
    for name in (*PARTS, "objects/model"):
        uri = parse_uri(f"scene://{key}" + (f"/{name}" if name else ""))
        assert uri is not None
        assert uri.part.name == name
        assert parse_uri(str(uri)) == uri
    assert parse_uri(f"SCENE://{str(key).upper()}/history") == parse_uri(f"scene://{key}/history")
