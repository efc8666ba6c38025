"""The browsers' socket, message by message, without a browser."""

import json
from typing import Any
from uuid import uuid4

from hello3d.asgi import application
from sessions_app.models import SceneSession
from tests.support.communicating import Communicator

HEADERS = [(b"host", b"testserver"), (b"origin", b"http://testserver")]


async def join(
    scene: SceneSession, *, browser_id: str = "", revision: int | None = None
) -> Communicator:
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    await register(socket, scene, browser_id=browser_id, revision=revision)
    return socket


async def register(
    socket: Communicator,
    scene: SceneSession,
    *,
    browser_id: str = "",
    revision: int | None = None,
) -> None:
    message = {"type": "registerSession", "sessionId": str(scene.edit_key), "revision": revision}
    await socket.send_json_to(message | {"browserId": browser_id or uuid4().hex})


async def join_by_share(token: str, *, browser_id: str = "") -> Communicator:
    """A page that comes by a share; the first message says how that went."""
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    message = {"type": "registerSession", "share": token}
    await socket.send_json_to(message | {"browserId": browser_id or uuid4().hex})
    return socket


async def receive(
    socket: Communicator, *kinds: str, besides: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The next message of these kinds; presence comes whenever it is due, `besides` may, too."""
    while True:
        message: dict[str, Any] = json.loads(await socket.receive_from())
        if message["type"] in kinds:
            return message
        assert message["type"] in ("presence", "heartbeat", *besides), message


async def closed_with(socket: Communicator) -> int:
    while True:
        output = await socket.receive_output()
        if output["type"] == "websocket.close":
            return int(output["code"])
