"""Which scene session a request means, as far as it says so (docs/tools.md, "Which scene?")."""

from dataclasses import replace

from mcp_bridge.endpoint import Endpoint
from mcp_bridge.tools.registry import Tool
from sessions_app.errors import SceneSessionConflictError, SceneSessionUnknownError
from sessions_app.routing_policy import Rule, Target
from sessions_app.web.links import find_edit_key


def resolve(endpoint: Endpoint, *, session: str | None, tool: Tool) -> Target:
    """Say what the call names; the first rule that matches wins.

    Args:
        endpoint: the request that carries the call.
        session: the tool's argument: an edit key or a link; None and "" count as absent.
        tool: one that changes the scene may create one, where a protocol session or a person who
            is signed in keeps it.

    Raises:
        SceneSessionUnknownError: the argument or the path is no edit key.
        SceneSessionConflictError: argument and path name different sessions.
    """
    target = named(endpoint, session=session)
    is_kept = target.protocol_session is not None or target.principal.user_id is not None
    writes_kept = tool.operation is not None and is_kept
    return replace(target, may_create=tool.creates or writes_kept, opens=tool.opens)


def named(endpoint: Endpoint, *, session: str | None = None) -> Target:
    """What a request names that is no call of a tool, or no more than the name: it never creates.

    Raises:
        SceneSessionUnknownError: `session` or the path is no edit key.
        SceneSessionConflictError: `session` and path name different sessions.
    """
    by_argument = find_edit_key(session) if session else None
    by_path = find_edit_key(endpoint.path_key) if endpoint.path_key else None
    if (session and by_argument is None) or (endpoint.path_key and by_path is None):
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
