"""The tool `repeat_objects` through the official client, beside a person's page."""

import pytest

from tests.support.calls import ERAS, call, client_of, open_scene, text_of
from tests.support.scene_documents import object_named
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_repeats_an_object_and_changes_one_copy(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        page = await open_browser(shared_server, key)
        stool = {"kind": "cylinder", "name": "stool", "size": [0.4, 0.5, 0.4]}
        await call(client, "add_objects", scene=key, objects=[stool])
        given = {"target": "stool", "pattern": "Circle", "count": "6", "radius": 2, "facing": "in"}
        made = await call(client, "repeat_objects", scene=key, **given)
        assert "stool circle: pattern of 6 × stool, circle facing in, " in made["message"]
        assert made["objects"][0]["name"] == "stool circle"
        assert made["odd"] == []
        changes = [{"target": "stool[2]", "color": "red"}]
        changed = await call(client, "update_objects", scene=key, changes=changes)
        assert 'stool[2] was taken out of stool circle and is "stool 2" now.' in changed["message"]
        await call(client, "remove_objects", scene=key, targets=["stool[3]"])
        await page.reaches(4)
        objects = page.document["objects"]
        pattern, taken = (object_named(page.document, name) for name in ("stool circle", "stool 2"))
        [taken_id] = [each for each, entity in objects.items() if entity["name"] == "stool 2"]
        assert pattern["without"] == {"2": taken_id, "3": None}
        assert taken["material"]["color"] == "#ff0000"
        listed = await call(client, "get_scene", scene=key)
        assert "stool circle: pattern of 4 × stool" in listed["message"]
        refused = await client.call_tool(
            "repeat_objects", {"scene": key, "target": "stol", "pattern": "row", "count": 3}
        )
        assert refused.is_error
        assert '`target`: "stol" is not in this scene. Did you mean "stool"?' in text_of(refused)
        await page.close()
