"""Links that share a scene, and pages that come by them."""

from typing import Any
from uuid import uuid4

from playwright.async_api import Page, expect

from sessions_app.models import Role, SceneSession
from sessions_app.sessions.shares import share_make
from sessions_app.storage import database
from tests.support.communicating import Communicator
from tests.support.scene_sockets import join, join_by_share, receive


async def shared(scene: SceneSession, role: str, **given: Any) -> tuple[int, str]:
    """A new share of the scene: its id and its token."""
    share, token = await database.run(share_make, scene.pk, role=Role(role), **given)
    return share.pk, token


async def page_of(scene: SceneSession, role: str) -> tuple[Communicator, dict[str, Any]]:
    """A page that is this at the scene, and what it was sent as it registered."""
    if role == Role.OWNER:
        socket = await join(scene)
    else:
        socket = await join_by_share((await shared(scene, role))[1])
    return socket, await receive(socket, "sessionRegistered")


async def share_request(socket: Communicator, action: str, **members: Any) -> dict[str, Any]:
    """Ask for something about the scene's shares; its answer."""
    message = {"type": "shareRequest", "requestId": uuid4().hex, "action": action}
    await socket.send_json_to(message | members)
    return await receive(socket, "shareAnswer", "shareRefused", besides=("scenePatch",))


async def made_link(page: Page, *, role: str = "viewer") -> str:
    """Have the owner's page make a link, in as many presses as a person needs."""
    await page.get_by_role("button", name="Share").click()
    await page.select_option("#share-role", role)
    await page.get_by_role("button", name="Copy link").click()
    link = page.locator("#share-made")
    await expect(link).to_be_visible()
    url = str(await link.text_content())
    await page.keyboard.press("Escape")
    return url
