"""Which scene session a request means, as far as it says so (docs/tools.md, "Which scene?")."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from mcp_bridge.endpoint import Endpoint
from mcp_bridge.tools.arguments import SCENE_FALLBACKS, present
from mcp_bridge.tools.registry import Tool
from sessions_app.errors import SceneSessionConflictError, SceneSessionUnknownError
from sessions_app.routing_policy import Rule, Target
from sessions_app.web.links import find_edit_key


def resolve(endpoint: Endpoint, arguments: Mapping[str, Any], *, tool: Tool) -> Target:
    """Say what the call names; the first rule that matches wins.

    Args:
        endpoint: the request that carries the call.
        arguments: of the call, as they came.
        tool: one that changes the scene may create one, where a protocol session or a person who
            is signed in keeps it.

    Raises:
        SceneSessionUnknownError: the argument or the path is no edit key.
        SceneSessionConflictError: argument and path name different sessions.
    """
    scene = present(arguments, "scene")
    target = named(endpoint, scene=scene if isinstance(scene, str) else None)
    if scene is None:
        target = _with_guesses(target, tuple(fallbacks(arguments).values()), tool)
    is_kept = target.protocol_session is not None or target.principal.user_id is not None
    writes_kept = tool.operation is not None and is_kept
    return replace(
        target,
        may_create=tool.creates or writes_kept,
        may_scatter=writes_kept and not tool.creates and endpoint.remote_address is not None,
        opens=tool.opens,
    )


def fallbacks(arguments: Mapping[str, Any]) -> dict[str, UUID]:
    """The edit keys in arguments that other clients name scenes with, by argument."""
    given = {name: present(arguments, name) for name in SCENE_FALLBACKS}
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    found = {name: find_edit_key(text) for name, text in texts.items()}
    return {name: key for name, key in found.items() if key is not None}


def _with_guesses(target: Target, guesses: tuple[UUID, ...], tool: Tool) -> Target:
    """Have keys count that may be meant, or must be: what destroys a scene takes no other one."""
    if guesses and tool.destructive and target.edit_key is None:
        return replace(target, rule=Rule.ARGUMENT, edit_key=guesses[0])
    return replace(target, guesses=guesses)


def named(endpoint: Endpoint, *, scene: str | None = None) -> Target:
    """What a request names that is no call of a tool, or no more than the name: it never creates.

    Raises:
        SceneSessionUnknownError: `scene` or the path is no edit key.
        SceneSessionConflictError: `scene` and path name different sessions.
    """
    by_argument = find_edit_key(scene) if scene else None
    by_path = find_edit_key(endpoint.path_key) if endpoint.path_key else None
    if (scene and by_argument is None) or (endpoint.path_key and by_path is None):
        raise SceneSessionUnknownError
    if by_argument and by_path and by_argument != by_path:
        raise SceneSessionConflictError
    protocol_session = endpoint.protocol_session
    return Target(
        rule=Rule.ARGUMENT if by_argument else Rule.PATH if by_path else Rule.NONE,
        edit_key=by_argument or by_path,
        protocol_session=protocol_session.key if protocol_session else None,
        principal=endpoint.principal,
    )
