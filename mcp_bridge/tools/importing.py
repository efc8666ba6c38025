"""The tool that brings a model into the scene."""

from functools import partial
from typing import Any

from mcp_bridge.tools.arguments import worded
from mcp_bridge.tools.objects import OBJECT_VALUES
from mcp_bridge.tools.registry import Preparation, Tool
from sessions_app.assets.errors import AssetRefusedError
from sessions_app.assets.fetching import model_fetch
from sessions_app.assets.placing import ImportStep
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.importing import IMPORT, ImportModel
from sessions_app.web.links import browser_url

_WORDS = {
    "url": "https address of a GLB file; no redirects.",
    "upload": "Instead: the id of a model that the person sent.",
    "name": "Its handle.",
    "size": "Its longest side in meters; without, as the file says.",
    "on": "What it stands on: a name, or floor.",
    "facing": "Where its front looks, as in add_objects.",
}


async def _prepared(preparation: Preparation) -> ImportStep:
    given: Any = preparation.arguments
    if given.url and given.upload:
        raise InvalidValueError("`url` and `upload` contradict each other: give one.")
    if given.upload:
        return ImportStep(given)
    if not given.url or given.url.startswith("data:"):
        raise _no_bytes(preparation)
    if not preparation.may_have_scene:
        return ImportStep(given)  # which scene it means is refused next
    preparation.permit.step_aside()
    file, name = await model_fetch(given.url)
    return ImportStep(given, file.pk, name)


def _no_bytes(preparation: Preparation) -> AssetRefusedError:
    """A model cannot send a file's bytes through a call; the person at the page can."""
    key, origin = preparation.edit_key, preparation.public_origin
    link = browser_url(edit_key=key, public_origin=origin) if key else ""
    where = link or "the link that get_browser_connection_url tells"
    return AssetRefusedError(
        "A call cannot hold the file itself. Give `url`, its https address; or have the person drop"
        f" the file on the page: {where}"
    )


IMPORT_TOOLS = (
    Tool(
        IMPORT,
        "Import a model",
        (
            "Bring a glTF model (GLB) into the scene as one object of kind model, checked and with"
            " its true box. It stands beside what is there, or `on` something; afterwards it is"
            " moved, sized and painted as others are."
        ),
        worded(ImportModel, _WORDS),
        values=OBJECT_VALUES,
        operation=partial(ImportStep),
        prepare=_prepared,
        accumulates=True,
    ),
)
