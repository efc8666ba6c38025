"""Every place where somebody may ask for something, as the code itself lists them."""

from collections.abc import Iterator
from typing import Any, get_args

from django.urls import URLPattern, URLResolver, get_resolver

from hello3d import asgi
from mcp_bridge.prompts.catalog import PROMPTS
from mcp_bridge.resources.scene_uris import TEMPLATES, uri_template
from mcp_bridge.tools import TOOLS
from sessions_app.wire import page_messages


def urls() -> list[str]:
    """The route of each view, as the URLconf writes it."""
    return sorted(set(_routes(get_resolver().url_patterns, "")))


def _routes(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def mounts() -> list[str]:
    """What stands beside Django: the routes of asgi.py, HTTP and WebSocket."""
    return [route for route, _ in (*asgi.http_routes, *asgi.socket_routes) if route]


def tools() -> list[str]:
    return [tool.name for tool in TOOLS]


def resources() -> list[str]:
    return [uri_template(part) for part in TEMPLATES]


def prompts() -> list[str]:
    return list(PROMPTS)


def messages() -> list[str]:
    """The types of all messages that a page may send."""
    return [
        get_args(message.model_fields["type"].annotation)[0]
        for message in get_args(page_messages.BrowserMessage)
    ]
