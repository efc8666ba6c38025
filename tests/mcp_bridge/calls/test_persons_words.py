"""A person says something at the page; the client reads it with its next answer, and is seen to."""

import json

import pytest

from tests.support.calls import call, client_of, open_scene
from tests.support.resources import read as read_resource
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H4")]

TEXT = 'the lamp is\ntoo "cold"'
ONE_LINE = 'the lamp is too "cold"'


async def test_it_reaches_the_client_once_even_if_its_first_call_fails(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        page = await open_browser(shared_server, key)
        answer = await page.edit("e1", "say", {"text": TEXT})
        assert (answer["type"], answer["revision"]) == ("sceneEdited", 0)
        refused = await page.edit("e2", "say", {"text": " "})
        assert refused["code"] == "invalid_argument"
        await client.call_tool("export_scene", {"scene": key, "targets": ["nothing"]})
        read = (await call(client, "get_scene", scene=key))["message"]
        assert f"none of this server's): {json.dumps(ONE_LINE)}" in read
        assert ONE_LINE not in (await call(client, "get_scene", scene=key))["message"]
        [words] = (await read_resource(client, f"scene://{key}/words"))["words"]
        assert (words["text"], words["by"], words["number"]) == (ONE_LINE, "", 1)
        assert len(words["readBy"]) == 1
        said = await page.receives("personsWords", 2)
        assert [[each["readBy"] for each in frame["words"]] for frame in said[:1]] == [[[]]]
        assert said[-1]["words"] == [words]
        await page.close()
        again = await open_browser(shared_server, key)
        assert again.received("sessionRegistered")[0]["words"] == [words]
        await again.close()
