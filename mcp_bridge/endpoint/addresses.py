"""What the address of a request names: a scene, and groups of tools."""

import re
from http import HTTPStatus
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.responses import Response
from starlette.types import Scope

from mcp_bridge.tool_groups import UnknownGroupError, read_groups
from mcp_bridge.tools.context import Endpoint
from mcp_bridge.transport.rejections import RejectedError, reject
from sessions_app.web import origins
from sessions_app.web.links import find_edit_key, mcp_url
from sessions_app.web.root_path import own_path

_PATH = re.compile(r"/mcp(?:/(?P<rest>.*))?", re.DOTALL)


def read_endpoint(scope: Scope, address: str | None) -> Endpoint:
    """Return the endpoint that the path names, without checking that the scene exists.

    To a client, 404 would mean that its protocol session is gone. A path without an id is no
    endpoint. In the query a `sessionId`, as in the page's link, names a scene like the path does,
    and `tools` names groups of tools to list.

    Args:
        scope: of the request.
        address: where it comes from; None if unknown.

    Raises:
        RejectedError: the path is no endpoint, or a group of tools is unknown.
    """
    match = _PATH.fullmatch(own_path(scope))
    rest = ((match and match["rest"]) or "").strip("/")
    edit_key = find_edit_key(f"/mcp/{rest}") if rest else None
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"))
    in_query = _edit_key_in(query)
    public_origin = origins.public_origin(scope)
    if match is None or (rest and edit_key is None):
        raise RejectedError(_no_endpoint(public_origin, in_query))
    edit_key = edit_key or in_query
    return Endpoint(
        method=scope["method"] if scope["method"] == "GET" else "",
        path=f"/mcp/{edit_key}" if edit_key else "/mcp",
        path_key=str(edit_key) if edit_key else None,
        public_origin=public_origin,
        remote_address=address,
        user_agent=origins.header(scope["headers"], b"user-agent") or "",
        tool_groups=_tool_groups_in(query),
    )


def _edit_key_in(query: list[tuple[str, str]]) -> UUID | None:
    named = [text for name, text in query if name == "sessionId"]
    return find_edit_key(named[0]) if named else None


def _tool_groups_in(query: list[tuple[str, str]]) -> frozenset[str]:
    try:
        return read_groups(text for name, text in query if name == "tools")
    except UnknownGroupError as error:
        raise RejectedError(reject(HTTPStatus.BAD_REQUEST, str(error))) from None


def _no_endpoint(public_origin: str, edit_key: UUID | None) -> Response:
    address = mcp_url(edit_key=edit_key, public_origin=public_origin)
    text = f"There is no endpoint here: connect to {address}"
    if edit_key is None:
        text += (
            f", or for one scene to {address}/<edit key>, which is the session id of 36 characters"
            " in the scene's link"
        )
    return reject(HTTPStatus.NOT_FOUND, text)
