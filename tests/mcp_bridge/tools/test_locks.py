"""A person locks an object at the page; a model's calls leave it alone, and say so."""

import pytest

from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H4")]

BOXES = [{"kind": "box", "name": name, "size": [1, 1, 1]} for name in ("vase", "lid")]
RED = [{"target": name, "color": "red"} for name in ("vase", "lid")]


async def test_a_locked_object_is_named_with_its_person_and_left_out_if_asked(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "add_objects", scene=key, objects=BOXES)
        page = await open_browser(shared_server, key)
        lock = {"targets": ["vase"]}
        assert (await page.edit("e1", "lock_objects", lock))["type"] == "sceneEdited"

        refused = await client.call_tool("update_objects", {"scene": key, "changes": RED})
        assert error_code(refused) == "locked"
        text = text_of(refused)
        assert '"vase" is locked by a person, and this would change it' in text
        assert "call update_objects again with skip_locked: true" in text

        done = await call(client, "update_objects", scene=key, changes=RED, skip_locked=True)
        assert 'Left out, because of locks: "vase".' in done["message"]
        assert 'The person locked or unlocked "vase" at revision 2.' in done["message"]
        assert done["revision"] == 3

        read = await call(client, "get_scene", scene=key, targets=["vase"], detail="full")
        assert "locked by a person" in read["message"]
        assert read["objects"][0]["locked"] == "a person"

        mine = await page.edit("e2", "remove_objects", {"targets": ["vase"]})
        assert (mine["type"], mine["code"]) == ("sceneEditRefused", "locked")
        assert '"vase" is locked by a person: unlock it first.' in mine["message"]
        unlock = {**lock, "locked": False}
        assert (await page.edit("e3", "lock_objects", unlock))["type"] == "sceneEdited"
        assert (await page.edit("e4", "remove_objects", lock))["type"] == "sceneEdited"
        await page.close()
