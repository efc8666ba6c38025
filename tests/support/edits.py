"""What a page sends to change its scene, and what it is answered."""

import json
from typing import Any
from uuid import uuid4

from sessions_app.models import SceneRevision, SceneSession
from sessions_app.storage import database
from tests.support.communicating import Communicator
from tests.support.scene_sockets import join, receive


def scene_edit(color: str = "teal", **members: Any) -> dict[str, Any]:
    """An edit that paints the model, but for what is given otherwise."""
    return {
        "type": "sceneEdit",
        "editId": uuid4().hex,
        "baseRevision": 0,
        "name": "change_model_color",
        "arguments": {"color": color},
    } | members


async def answer_to(socket: Communicator, edit: dict[str, Any]) -> dict[str, Any]:
    """Send an edit; its answer, whatever patches come meanwhile."""
    await socket.send_json_to(edit)
    return await receive(socket, "sceneEdited", "sceneEditRefused", besides=("scenePatch",))


async def joined(scene: SceneSession) -> Communicator:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    return socket


async def causes(scene: SceneSession) -> dict[int, dict[str, Any]]:
    """By revision, what made each change that is stored."""
    rows = SceneRevision.objects.filter(scene_session=scene.pk).order_by("revision")
    found = await database.run(list, rows.values_list("revision", "cause"))
    return {revision: json.loads(cause) for revision, cause in found}
