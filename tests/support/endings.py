"""How a scene ends that several edit at once: everywhere the same, each edit in it once."""

import json
from collections import Counter
from typing import Any

from mcp.client import Client
from PIL import ImageChops
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import call
from tests.support.inside import Inside
from tests.support.resources import document_of
from tests.support.servers import ServerProcess
from tests.support.storage import rows


async def ends_alike(
    server: ServerProcess, browser: Browser, client: Client, key: str, *pages: Inside
) -> dict[str, Any]:
    """Each page comes to the server's document and draws what a new page draws; the document."""
    stored = await call(client, "get_scene", scene=key)
    document = await document_of(client, key)
    new = await ScenePage.open(browser, f"{server.url}/?sessionId={key}&quality=low")
    await (await new.connected()).shows(stored["revision"])
    fresh = await Inside.of(new.page)
    pictures = []
    for page in (fresh, *pages):
        assert await page.comes_to(stored["revision"]) == document
        assert await page.previewed() == []
        pictures.append(await page.picture(stored["revision"]))
    await new.close()
    for picture in pictures[1:]:
        assert ImageChops.difference(pictures[0], picture).getbbox() is None
    return document


def stored_edits(server: ServerProcess, key: str) -> dict[int, str]:
    """By revision, the id of each person's edit that is stored; none of them twice."""
    found = rows(
        server.database_url,
        "SELECT r.revision, r.cause FROM sessions_app_scenerevision r"
        " JOIN sessions_app_scenesession s ON s.id = r.scene_session_id"
        f" WHERE s.edit_key = '{key.replace('-', '')}'",
    )
    causes = {revision: json.loads(cause) for revision, cause in found}
    edits = {revision: cause["editId"] for revision, cause in causes.items() if "editId" in cause}
    assert max(Counter(edits.values()).values(), default=1) == 1, edits
    return edits
