"""Handlers that list and read scenes as resources."""

import json
from typing import Any
from uuid import UUID

import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_bridge.calls.admission import count_failure
from mcp_bridge.calls.protocol_errors import raises_protocol_errors
from mcp_bridge.calls.resolution import named
from mcp_bridge.resources import prop_catalog
from mcp_bridge.resources.scene_uris import (
    ENVIRONMENT,
    HISTORY,
    MAX_URI_LENGTH,
    PARTS,
    TEMPLATES,
    WHOLE,
    WORDS,
    Part,
    SceneUri,
    found_in,
    parse_uri,
    uri_template,
)
from mcp_bridge.tools.context import Context, endpoint_of
from mcp_bridge.tools.scene_schema import full
from mcp_bridge.tools.scene_views import VIEW_RESOURCE, VIEW_URI, shows_views, view_contents
from sessions_app.errors import SceneSessionConflictError, SceneSessionUnknownError
from sessions_app.revisions.reads import PastChange
from sessions_app.routing import Target
from sessions_app.scene.checks.known import layout_of
from sessions_app.sessions.finding import scene_session_of
from sessions_app.sessions.own import own_edit_keys
from sessions_app.sessions.scene_state import SceneState, scene_read
from sessions_app.storage import database
from sessions_app.web.links import find_edit_key

MAX_PAST_CHANGES = 50
JSON = "application/json"
# The handshake era's code; on 2026-07-28 it is INVALID_PARAMS.
RESOURCE_NOT_FOUND = -32002


def not_found(context: Context, uri: str) -> MCPError:
    """Count a failure and return the error for an unknown or unreachable URI.

    MCP 2026-07-28, server/resources, "Error Handling": -32602 with the URI as data (SEP-2164);
    2025-11-25, same section: -32002. Unknown, closed and malformed ones are reported alike.
    """
    count_failure(endpoint_of(context))
    modern = context.protocol_version in MODERN_PROTOCOL_VERSIONS
    code = types.INVALID_PARAMS if modern else RESOURCE_NOT_FOUND
    known = ", ".join(part.name for part in TEMPLATES if part.name)
    text = (
        "Resource not found. A scene is scene://<session id>, as an answer of a tool names it;"
        f" its parts add one of: {known}."
    )
    return MCPError(code, text, data={"uri": uri[:MAX_URI_LENGTH]})


def require_uri(context: Context, text: str) -> SceneUri:
    """Parse a resource's URI.

    Raises:
        MCPError: it is not a scene's URI.
    """
    uri = parse_uri(text)
    if uri is None:
        raise not_found(context, text)
    return uri


def target_of(context: Context, uri: SceneUri) -> Target:
    """Return the target of a request for this URI.

    Raises:
        MCPError: the endpoint's URL names another scene, or an unknown one.
    """
    try:
        return named(endpoint_of(context), scene=str(uri.edit_key))
    except (SceneSessionUnknownError, SceneSessionConflictError):
        raise not_found(context, str(uri)) from None


async def visible_keys(context: Context) -> list[UUID]:
    """Return the caller's session ids: a signed-in person's own, else at most one.

    MCP 2026-07-28, server/resources, "Capabilities": the list may depend on the request, never on
    earlier requests of the connection.
    """
    try:
        target = named(endpoint_of(context))
    except SceneSessionUnknownError:
        return []
    if target.principal.user_id is not None and target.edit_key is None:
        return await database.run(own_edit_keys, target.principal.user_id)
    found = await database.run(scene_session_of, target)
    return [found.edit_key] if found else []


async def object_names(context: Context, scene: str | None) -> tuple[str, ...]:
    """Return the names of a scene's objects: of the one named, else of the caller's only one."""
    if scene is None:
        keys = await visible_keys(context)
        scene = str(keys[0]) if len(keys) == 1 else None
    if scene is None or (edit_key := find_edit_key(scene)) is None:
        return ()
    uri = SceneUri(edit_key, WHOLE)
    state = await database.run(scene_read, target_of(context, uri))
    if state is None:
        raise not_found(context, str(uri))
    return tuple(entity["name"] for entity in state.document["objects"].values())


@raises_protocol_errors
async def list_resources(
    context: Context, _: types.PaginatedRequestParams | None
) -> types.ListResourcesResult:
    """Serve `resources/list`: the caller's own scenes, and the props; never creates a scene."""
    resources = [
        types.Resource(
            uri=str(SceneUri(edit_key, part)),
            name=part.name or "scene",
            title=part.title,
            description=part.description,
            mime_type=JSON,
        )
        for edit_key in await visible_keys(context)
        for part in PARTS.values()
    ]
    resources.append(prop_catalog.RESOURCE)
    if shows_views(context):
        resources.append(VIEW_RESOURCE)
    return types.ListResourcesResult(resources=resources)


async def list_templates(
    _: Context, __: types.PaginatedRequestParams | None
) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(
                uri_template=uri_template(part),
                name=part.name or "scene",
                title=part.title,
                description=part.description,
                mime_type=JSON,
            )
            for part in TEMPLATES
        ]
        + [prop_catalog.TEMPLATE]
    )


@raises_protocol_errors
async def read_resource(
    context: Context, params: types.ReadResourceRequestParams
) -> types.ReadResourceResult:
    """Serve `resources/read`, in one hop to the database; never creates a scene."""
    if params.uri == VIEW_URI and (view := view_contents()) is not None:
        return view
    catalog = prop_catalog.read_catalog(params.uri)
    if catalog is not None:
        return catalog
    uri = require_uri(context, params.uri)
    past = MAX_PAST_CHANGES if uri.part == HISTORY else 0
    state = await database.run(scene_read, target_of(context, uri), history=past)
    part = found_in(state.document, uri.part) if state else None
    if state is None or part is None:
        raise not_found(context, params.uri)
    text = json.dumps(_body(part, state), ensure_ascii=False)
    content = types.TextResourceContents(uri=params.uri, mime_type=JSON, text=text)
    return types.ReadResourceResult(contents=[content])


def _body(part: Part, state: SceneState) -> dict[str, Any]:
    """Return the part by what it is: `scene`, `object`, `environment`, `history`, `words`."""
    values: dict[str, Any]
    if part.object:
        id_ = (part.path or "").rpartition("/")[2]
        values = {"object": full(layout_of(state.document["objects"]), id_)}
    elif part == HISTORY:
        values = {"history": [_described(change) for change in state.history]}
    elif part == WORDS:
        values = {"words": list(state.words)}
    elif part == ENVIRONMENT:
        values = {"environment": state.document["environment"]}
    else:
        values = {"scene": state.document}
    return {"sessionId": str(state.edit_key), "revision": state.revision, **values}


def _described(change: PastChange) -> dict[str, Any]:
    return {
        "revision": change.revision,
        "tool": change.tool,
        "summary": change.summary,
        "at": change.created_at.isoformat(),
    }
