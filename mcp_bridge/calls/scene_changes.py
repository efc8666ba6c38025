"""Serves `scene_changes`, by which a view inside a chat follows its scene.

It is no tool of models: nothing is recorded, no scene is resolved and no permit is held. The token
in the arguments alone says which scene is meant, because a host may call for its views over a
protocol session of its own.
"""

import asyncio
import json
from typing import Any

import mcp_types as types

from mcp_bridge.calls import admission, results
from mcp_bridge.calls.calling import internal
from mcp_bridge.tools.context import Context, Endpoint, endpoint_of
from mcp_bridge.tools.scene_views import (
    SCENE_CHANGES,
    WAIT_SECONDS,
    SceneChangesArguments,
    view_meta,
)
from sessions_app import clock
from sessions_app.browsers.chat_views import SceneView, scene_view
from sessions_app.people.view_tokens import ViewExpiredError, ViewPass, read_view_token, view_token
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations.refusals import checked
from sessions_app.sockets.redacting import without_keys
from sessions_app.storage import database
from sessions_app.storage.errors import refused
from sessions_app.web import origins
from sessions_app.wire.scene_messages import WORDS_PATH
from sessions_app.workers import worker


async def scene_changes(
    context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Return what a view lacks; if that is nothing, wait for the next change, bounded."""
    endpoint = endpoint_of(context)
    try:
        await admission.count_for_client(endpoint)
        given = checked(SceneChangesArguments, params.arguments or {}, tool=SCENE_CHANGES.name)
        return await _follow(endpoint, read_view_token(given.view_token), given.since)
    except SceneError as error:
        if isinstance(error, ViewExpiredError) and error.is_guess:
            admission.count_failure(endpoint)
        return results.failure(error)
    except Exception as fault:  # noqa: BLE001 - the top of a call
        return results.failure(refused(fault) or internal(fault))


async def _follow(endpoint: Endpoint, view: ViewPass, since: int | None) -> types.CallToolResult:
    principal = endpoint.principal
    found = await database.run(scene_view, view, principal, since=since)
    if not found.is_news and await _wait(endpoint, view.scene_session_id, found.revision):
        found = await database.run(scene_view, view, principal, since=since)
    return await asyncio.to_thread(_result, view, found)


class _Watch:
    """Sets an event when a scene changes; what people say is not for views."""

    def __init__(self, changed: asyncio.Event) -> None:
        self._changed = changed

    def scene_changed(self, _: int, paths: tuple[str, ...] | None) -> None:
        if paths != (WORDS_PATH,):
            self._changed.set()


async def _wait(endpoint: Endpoint, scene_session_id: int, revision: int) -> bool:
    """Wait until the scene leaves the revision or the process stops; return whether one did.

    The feed hears of changes from all workers and reads nothing meanwhile.

    Raises:
        TooBusyError: too many views wait.
    """
    here = await worker.current()
    networks = origins.networks_of(endpoint.remote_address)
    with here.view_waits.hold(scene_session_id, networks) as changed:
        watch = _Watch(changed)
        await here.feed.watch(scene_session_id, watch, revision=revision)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await changed.wait()
        except TimeoutError:
            return False
        finally:
            await here.feed.unwatch([scene_session_id], watch)
    return True


def _result(view: ViewPass, found: SceneView) -> types.CallToolResult:
    """Build the answer: documents and patches as JSON text, as they are stored and cached."""
    told: dict[str, Any] = {"revision": found.revision, "serverTime": clock.seconds()}
    if found.scene is not None:
        told["scene"] = without_keys(found.scene)
    else:
        patches = [{"revision": each.revision, "patch": each.patch} for each in found.patches]
        told["patches"] = json.loads(without_keys(json.dumps(patches)))
    text = f"The scene is at revision {found.revision}."
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)],
        structured_content=told,
        _meta=view_meta(view_token(view.scene_session_id, found.edit_key)),
    )
