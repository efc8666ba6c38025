"""A gateway: one connection that several people share, who must not share a scene."""

import pytest

from tests.support.calls import ERAS, call, client_of
from tests.support.resources import document_of
from tests.support.scene_documents import model_color
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("X3")]


@pytest.mark.parametrize("era", ERAS)
async def test_people_behind_one_connection_who_pass_their_scene_keep_apart(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as gateway:
        keys = [(await call(gateway, "open_session"))["sessionId"] for _ in range(2)]
        for key, color in zip(keys, ("teal", "lime"), strict=True):
            await call(gateway, "change_model_color", color=color, scene=key)
        scenes = [await document_of(gateway, key) for key in keys]
    assert [model_color(scene) for scene in scenes] == ["#008688", "#83f902"]


async def test_an_address_for_each_person_needs_no_scene_in_the_calls(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as gateway:
        keys = [(await call(gateway, "open_session"))["sessionId"] for _ in range(2)]
    for key in keys:
        async with client_of(shared_server, "legacy", f"/{key}") as entry:
            assert (await call(entry, "change_model_size", size=2))["sessionId"] == key
