"""Finds which scene session a request names (docs/tools.md, "Which scene?")."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mcp_bridge.tools.context import Endpoint
from mcp_bridge.tools.leniency import SCENE_FALLBACKS, present
from mcp_bridge.tools.registry import Tool
from sessions_app.errors import SceneSessionConflictError, SceneSessionUnknownError
from sessions_app.routing import NamedKey, Rule, Target
from sessions_app.scene.errors import quoted
from sessions_app.web.links import edit_keys_in, find_edit_key

_MAX_STRAYS = 20
# Less than a key: refusals are shown at the page.
_MAX_SHOWN = 20


def resolve(endpoint: Endpoint, arguments: Mapping[str, Any], *, tool: Tool) -> Target:
    """Return the target of a call; the first rule that matches wins.

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
    strays: tuple[NamedKey, ...] = ()
    if scene is None:
        target = _with_guesses(target, fallbacks(arguments), tool)
        strays = () if tool.reads_only else _strays(arguments, tool)
    is_kept = target.protocol_session is not None or target.principal.user_id is not None
    writes_kept = tool.operation is not None and is_kept
    return replace(
        target,
        may_create=tool.creates or writes_kept,
        may_scatter=writes_kept and not tool.creates and endpoint.remote_address is not None,
        opens=tool.opens,
        strays=strays,
    )


def fallbacks(arguments: Mapping[str, Any]) -> tuple[NamedKey, ...]:
    """Return the edit keys in the arguments that clients use for scenes."""
    return _keys_in(arguments, [name for name in SCENE_FALLBACKS if name in arguments])


def _strays(arguments: Mapping[str, Any], tool: Tool) -> tuple[NamedKey, ...]:
    """Return the edit keys in unread arguments, at most in the first of them."""
    read = (*tool.arguments.model_fields, *SCENE_FALLBACKS)
    unread = [name for name in arguments if name not in read]
    return _keys_in(arguments, unread[:_MAX_STRAYS])


def _keys_in(arguments: Mapping[str, Any], names: Iterable[str]) -> tuple[NamedKey, ...]:
    texts = {name: arguments[name] for name in names if isinstance(arguments[name], str)}
    found = {name: find_edit_key(text) for name, text in texts.items()}
    return tuple(NamedKey(name, key) for name, key in found.items() if key is not None)


def _with_guesses(target: Target, guesses: tuple[NamedKey, ...], tool: Tool) -> Target:
    """Add keys that may be meant; for a destructive tool they must be."""
    if guesses and tool.destructive and target.edit_key is None:
        argument, edit_key = guesses[0]
        return replace(target, rule=Rule.ARGUMENT, edit_key=edit_key, argument=argument)
    return replace(target, guesses=guesses)


def named(endpoint: Endpoint, *, scene: str | None = None) -> Target:
    """Return the target of a request other than a tool call; it never creates a scene.

    Raises:
        SceneSessionUnknownError: `scene` or the path is no edit key.
        SceneSessionConflictError: `scene` and path name different sessions.
    """
    by_argument = find_edit_key(scene) if scene else None
    by_path = find_edit_key(endpoint.path_key) if endpoint.path_key else None
    if scene and by_argument is None:
        raise SceneSessionUnknownError(fault=_fault(scene))
    if endpoint.path_key and by_path is None:
        raise SceneSessionUnknownError
    if by_argument and by_path and by_argument != by_path:
        raise SceneSessionConflictError
    protocol_session = endpoint.protocol_session
    return Target(
        rule=Rule.ARGUMENT if by_argument else Rule.PATH if by_path else Rule.NONE,
        edit_key=by_argument or by_path,
        path_key=by_path,
        protocol_session=protocol_session.key if protocol_session else None,
        principal=endpoint.principal,
    )


def _fault(scene: str) -> str:
    """Say what is wrong with a `scene` that names none or several."""
    if several := edit_keys_in(scene):
        return f"`scene` names {len(several)} scenes: give the id of one."
    return f"`scene` cannot be {quoted(scene.strip(), _MAX_SHOWN)}, which holds no scene's id."
