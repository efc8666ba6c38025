"""What is asked at each place, written by hand: a place without an entry fails the walk."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.support.arguments import STUDIO_GROUP
from tests.support.raw import META, MODERN
from tests.walk import places
from tests.walk.answers import ORIGIN, Ask
from tests.walk.world import Names

CSRF = "c" * 32
FORM = {"content-type": "application/x-www-form-urlencoded", "x-csrftoken": CSRF}
JSON = {"content-type": "application/json", "x-csrftoken": CSRF}
BINARY = {"content-type": "application/octet-stream"}
HTML = {"accept": "text/html"}


@dataclass(frozen=True)
class Walker:
    """How somebody shows who they are: to the pages and the API, and to the MCP endpoint."""

    page: Mapping[str, str] = field(default_factory=dict)
    client: Mapping[str, str] = field(default_factory=dict)


Asks = Callable[[Names], list[Ask]]


def _get(path: str) -> Ask:
    return Ask(path)


def _post(path: str, body: str = "{}", headers: Mapping[str, str] = JSON) -> Ask:
    return Ask(path, "POST", {**headers, "origin": ORIGIN}, body)


def _q(text: str) -> str:
    return quote(text, safe="")


# By the route in the URLconf. Staff's pages are asked for by their form alone, see `of_url`.
URLS: dict[str, Asks] = {
    "": lambda names: [
        _get(f"/?sessionId={_q(names.edit_key)}"),
        _get(f"/?share={_q(names.token)}"),
        _get(f"/?share={_q(names.edit_key)}"),
    ],
    "scenes/": lambda _: [_get("/scenes/"), _post("/scenes/", "", FORM)],
    "open/<str:nonce>": lambda names: [
        _get(f"/open/{_q(names.nonce) or 'none'}"),
        _post(f"/open/{_q(names.nonce) or 'none'}", "", FORM),
    ],
    "files/<str:nonce>": lambda names: [_get(f"/files/{_q(names.file) or 'none'}")],
    "files/<str:nonce>/<str:attempt>/<int:number>": lambda names: [
        _post(f"/files/{_q(names.upload) or 'none'}/a/0", "glTF", BINARY)
    ],
    "accounts/login/": lambda names: [
        _get(f"/accounts/login/?next=/?sessionId={_q(names.edit_key)}"),
        _post("/accounts/login/", "username=owner&password=owner", FORM),
    ],
    "accounts/logout/": lambda _: [_get("/accounts/logout/")],
    "accounts/join/": lambda names: [
        _post("/accounts/join/", f"code={_q(names.nonce) or 'none'}", FORM)
    ],
    ".well-known/oauth-protected-resource": lambda _: [
        _get("/.well-known/oauth-protected-resource")
    ],
    ".well-known/oauth-protected-resource/mcp": lambda _: [
        _get("/.well-known/oauth-protected-resource/mcp")
    ],
    "camera": lambda _: [_get("/camera")],
    "mcp": lambda _: [Ask("/mcp", headers=HTML)],
    r"^mcp/(?P<path_key>[^/]*)/?$": lambda names: [
        Ask(f"/mcp/{_q(names.edit_key) or 'none'}", headers=HTML)
    ],
    "api/sessions/": lambda names: [
        _get("/api/sessions/"),
        _get(f"/api/sessions/?state=open&cursor={_q(names.scene)}"),
    ],
    "api/sessions/<str:id>/": lambda names: [_api(names)],
    "api/sessions/<str:id>/close/": lambda names: [_post(_api(names, "close/").path)],
    "api/sessions/<str:id>/new-link/": lambda names: [_post(_api(names, "new-link/").path)],
    "api/sessions/<str:id>/scene/": lambda names: [_api(names, "scene/")],
    "api/sessions/<str:id>/browsers/": lambda names: [_api(names, "browsers/")],
    "api/sessions/<str:id>/tool-calls/": lambda names: [_api(names, "tool-calls/")],
    "api/sessions/<str:id>/revisions/": lambda names: [_api(names, "revisions/")],
    "api/sessions/<str:id>/shares/": lambda names: [
        _api(names, "shares/"),
        _post(_api(names, "shares/").path, '{"role": "viewer"}'),
    ],
    "api/sessions/<str:id>/shares/<str:share>/": lambda names: [
        _share(names),
        Ask(_share(names).path, "PATCH", JSON, '{"name": "other"}'),
        Ask(_share(names).path, "DELETE", JSON),
    ],
    "api/routing/": lambda _: [_get("/api/routing/")],
    "api/stats/": lambda _: [_get("/api/stats/")],
    "api/me/": lambda _: [_get("/api/me/"), Ask("/api/me/", "PATCH", JSON, '{"theme": "dark"}')],
    "api/token/": lambda _: [_post("/api/token/", '{"username": "owner", "password": "owner"}')],
    "api/schema/": lambda _: [_get("/api/schema/")],
    "api/docs/": lambda _: [_get("/api/docs/")],
    "api/": lambda names: [_get(f"/api/{_q(names.edit_key)}/{_q(names.scene)}")],
}


def _api(names: Names, what: str = "") -> Ask:
    return _get(f"/api/sessions/{_q(names.scene) or 'none'}/{what}")


def _share(names: Names) -> Ask:
    return _api(names, f"shares/{_q(names.share) or 'none'}/")


def of_url(route: str, names: Names) -> list[Ask]:
    """What is asked of a view.

    Raises:
        KeyError: nobody has written it down yet.
    """
    if route.startswith("admin/"):
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", _q(names.scene) or "1", route)
        path = "/" + re.sub(r"[\^$?]", "", path)
        return [_get(path), _post(path, "", FORM)]
    return URLS[route](names)


TOOLS: dict[str, dict[str, Any]] = {
    "get_browser_connection_url": {},
    "open_session": {},
    "list_sessions": {},
    "close_session": {},
    "get_scene": {},
    "take_screenshot": {"views": ["front", "camera"], "labels": True},
    "add_objects": {"objects": [{"kind": "box", "name": "crate", "on": "model"}]},
    "update_objects": {"changes": [{"target": "key", "intensity": 3}]},
    "remove_objects": {"targets": ["fill"]},
    "set_environment": {"exposure": 1.2},
    "set_camera": {"view": "top"},
    "import_model": {"upload": "none"},
    "repeat_objects": {"target": "model", "pattern": "row", "count": 3},
    "add_chart": {"kind": "pie", "rows": [{"label": "one", "value": 1}]},
    "place_objects": {
        "placements": [{"targets": ["key"], "relation": "above", "reference": "model"}]
    },
    "check_scene": {"targets": ["model"]},
    "animate": {"animations": [{"target": "model", "motion": "spin"}]},
    "history": {"action": "save", "name": "mine"},
    "export_scene": {"format": "json"},
    "change_model_color": {"color": "red"},
    "change_model_size": {"size": 2},
    "scale_model": {"x": 1, "y": 2, "z": 1},
    "change_background_color": {"color": "red"},
    "set_key_light_intensity": {"intensity": 3},
    "set_key_light_position": {"x": 1, "y": 2, "z": 3},
    "set_key_light_color": {"color": "red"},
    "set_key_light_size": {"width": 2, "height": 2},
    "set_fill_light_intensity": {"intensity": 3},
    "set_fill_light_position": {"x": 1, "y": 2, "z": 3},
    "set_fill_light_color": {"color": "red"},
    "set_fill_light_size": {"width": 2, "height": 2},
    **STUDIO_GROUP,
}


def of_tool(tool: str, names: Names) -> list[Ask]:
    """A call that names the session as an argument, and one that names it in the path."""
    named = TOOLS[tool] | ({"scene": names.edit_key} if names.edit_key else {})
    asks = [_mcp("tools/call", {"name": tool, "arguments": named}, name=tool)]
    if names.edit_key:
        by_path = {"name": tool, "arguments": TOOLS[tool]}
        asks.append(_mcp("tools/call", by_path, name=tool, path=f"/{_q(names.edit_key)}"))
    return asks


def of_resource(template: str, names: Names) -> list[Ask]:
    """Read it, and complete its address from the beginning of the key."""
    uri = template.replace("{sessionId}", names.edit_key or "none").replace("{name}", "key")
    complete = {
        "ref": {"type": "ref/resource", "uri": template},
        "argument": {"name": "sessionId", "value": names.edit_key[:8]},
    }
    return [
        _mcp("resources/read", {"uri": uri}, name=uri),
        _mcp("completion/complete", complete),
        _mcp("resources/list", {}, path=f"/{_q(names.edit_key)}" if names.edit_key else ""),
    ]


PROMPTS: dict[str, dict[str, str]] = {
    "connect_browser": {},
    "studio_lighting": {"set_up": "rim"},
    "describe_scene": {"detail": "full"},
    "build_scene": {"what": "a snowman"},
}


def of_prompt(prompt: str, names: Names) -> list[Ask]:
    arguments = PROMPTS[prompt] | ({"scene": names.edit_key} if names.edit_key else {})
    complete = {
        "ref": {"type": "ref/prompt", "name": prompt},
        "argument": {"name": "scene", "value": names.edit_key[:8]},
    }
    return [
        _mcp("prompts/get", {"name": prompt, "arguments": arguments}, name=prompt),
        _mcp("completion/complete", complete),
    ]


def _mcp(method: str, params: dict[str, Any], *, name: str = "", path: str = "") -> Ask:
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": MODERN,
        "mcp-method": method,
    }
    if name:
        headers["mcp-name"] = name
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params | {"_meta": META}}
    return Ask(f"/mcp{path}", "POST", headers, json.dumps(body))


# Of the messages after the first: what a page sends that names a session's call or revision.
MESSAGES: dict[str, Callable[[Names], dict[str, Any]]] = {
    "registerSession": lambda names: {"sessionId": names.edit_key, "browserId": "walker"},
    "requestPairingCode": lambda _: {},
    "joinAnswer": lambda _: {"accept": True},
    "sceneApplied": lambda _: {"revision": 1, "visible": True},
    "sceneFailed": lambda _: {"revision": 1, "message": "no"},
    "browserResponse": lambda names: {"requestId": names.call, "result": {"image": "x"}},
    "sceneEdit": lambda names: {  # at home, the light is as strong already
        "editId": names.call,
        "baseRevision": 0,
        "name": "set_key_light_intensity",
        "arguments": {"intensity": 2.5},
    },
    "scenePreview": lambda _: {"objects": {"o1": {"position": [9, 9, 9]}}},
    "setName": lambda _: {"name": "Walker"},
    "showSelection": lambda _: {"objects": ["o1"]},
    "askView": lambda _: {"person": None},
    "showView": lambda _: {"position": [1, 1, 1], "aim": [0, 0, 0]},
    "shareRequest": lambda names: (
        {"requestId": "r", "action": "revoke", "id": int(names.share)}
        if names.share.isdigit()
        else {"requestId": "r", "action": "list"}
    ),
    "heartbeat": lambda _: {"revision": 2**31 - 1},
}


def unlisted() -> list[str]:
    """The places of the code that have no entry here, and the entries that have no place."""
    own = {route for route in places.urls() if not route.startswith("admin/")}
    pairs = (
        (own, set(URLS)),
        (set(places.mounts()), MOUNTS),
        (set(places.tools()), set(TOOLS)),
        (set(places.prompts()), set(PROMPTS)),
        (set(places.messages()), set(MESSAGES)),
    )
    return [name for listed, entries in pairs for name in listed ^ entries]


# Where each is asked: /mcp by tools, resources and prompts; the sockets by messages; the rest tells
# nothing of sessions.
MOUNTS = {
    *(r"^mcp(?:/|$)", r"^ws/scene/$", r"^ws/staff/$", r"^healthz$", r"^readyz$", r"^metrics$"),
    *(r"^api/assets/$", r"^assets/"),  # tests/sessions_app/api/test_assets.py asks there
}
