"""The composition root: Django, the MCP endpoint, the sockets, and their life cycle."""

import logging
import os
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path
from starlette.types import Receive, Scope, Send

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
django_application: Any = get_asgi_application()  # loads the apps: what follows imports models

from hello3d.configuration import tracing  # noqa: E402
from hello3d.files.serving import Files  # noqa: E402
from hello3d.files.storage import page_problem  # noqa: E402
from hello3d.middleware.bodies import BoundedBodies  # noqa: E402
from hello3d.middleware.heads import BoundedRouter  # noqa: E402
from hello3d.middleware.hosts import OneHost  # noqa: E402
from hello3d.middleware.mcp_or_page import McpOrPage, PageOrMcp  # noqa: E402
from hello3d.middleware.plain_requests import answer_plainly  # noqa: E402
from hello3d.middleware.root_path import BelowRootPath  # noqa: E402
from hello3d.probes.health import Readyz, healthz  # noqa: E402
from hello3d.probes.metrics import Metrics  # noqa: E402
from hello3d.server.lifespan import Lifespan  # noqa: E402
from mcp_bridge.endpoint.asgi import McpEndpoint  # noqa: E402
from sessions_app.api.asset_downloads import AssetDownloads  # noqa: E402
from sessions_app.api.asset_uploads import AssetUploads  # noqa: E402
from sessions_app.sockets.scene import SceneConsumer  # noqa: E402
from sessions_app.sockets.staff import StaffConsumer  # noqa: E402
from sessions_app.web import origins  # noqa: E402


async def django_as_visited(scope: Scope, receive: Receive, send: Send) -> None:
    """Give Django the scheme and host that the person used, or it would refuse their forms."""
    await django_application(origins.as_visited(scope), receive, send)


async def refuse_socket(_: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket at an unknown path; Channels' router would log a traceback for each."""
    await receive()
    await send({"type": "websocket.close"})


logging.captureWarnings(capture=True)  # so that they are logged like all others
tracing.begin()
if problem := page_problem():  # MCP clients can still be served
    logging.getLogger(__name__).error(problem)
mcp_endpoint = McpEndpoint()
pages = Files(BoundedBodies(django_as_visited))
readyz = Readyz()

# Django's stubs know views only; Channels' router takes ASGI applications in their place.
http_routes: list[Any] = [
    (r"^mcp(?:/|$)", McpOrPage(mcp_endpoint, pages)),
    (r"^api/assets/$", AssetUploads()),
    (r"^assets/", AssetDownloads()),
    (r"^healthz$", healthz),
    (r"^readyz$", readyz),
    (r"^metrics$", Metrics()),
    (r"^ws/scene/$", answer_plainly),
    (r"^ws/staff/$", answer_plainly),
    ("", PageOrMcp(mcp_endpoint, pages)),
]
socket_routes: list[Any] = [
    (r"^ws/scene/$", SceneConsumer.as_asgi()),
    (r"^ws/staff/$", StaffConsumer.as_asgi()),
    ("", refuse_socket),
]

application: Any = OneHost(
    ProtocolTypeRouter(
        {
            "http": BoundedRouter([re_path(*route) for route in http_routes]),
            "websocket": BoundedRouter([re_path(*route) for route in socket_routes]),
            "lifespan": Lifespan(mcp_endpoint),
        }
    )
)
if settings.ROOT_PATH:
    application = BelowRootPath(application)
