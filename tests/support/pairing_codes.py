"""Pages that join by a code, and pages that wait for a client, without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from hello3d.asgi import application
from sessions_app.browsers.waiting_pages import waiting_page_claim
from sessions_app.limits.networks import Networks
from sessions_app.people.principals import ANYONE
from sessions_app.storage import database
from tests.support.communicating import Communicator
from tests.support.scene_sockets import HEADERS, receive


@asynccontextmanager
async def page_of(*headers: tuple[bytes, bytes], **ways_in: Any) -> AsyncIterator[Communicator]:
    """A page that has sent its registration."""
    socket = Communicator(application, "/ws/scene/", headers=[*HEADERS, *headers])
    assert (await socket.connect())[0]
    await register_by(socket, **ways_in)
    yield socket
    await socket.disconnect()


async def register_by(socket: Communicator, **ways_in: Any) -> None:
    message = {"type": "registerSession", "browserId": uuid4().hex}
    await socket.send_json_to(message | ways_in)


async def code_at(socket: Communicator) -> dict[str, Any]:
    """What a page is told of its code."""
    return await receive(socket, "pairingCode")


async def claimed(code: str, *, client: str = "Claude Code", networks: Networks = ()) -> int:
    return await database.run(
        waiting_page_claim, code, client_name=client, principal=ANYONE, networks=networks
    )
