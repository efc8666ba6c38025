"""The composition root: Django, the MCP endpoint, the sockets, and their life cycle."""

import logging
import os
from typing import Any

import django
from channels.routing import ProtocolTypeRouter
from django.apps import apps
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.urls import re_path
from starlette.types import Receive, Scope, Send

if not apps.ready:  # as in a server's process: what follows imports models
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup(set_prefix=False)

from hello3d.configuration import tracing
from hello3d.files.serving import Files
from hello3d.files.storage import page_problem
from hello3d.middleware.bodies import BoundedBodies
from hello3d.middleware.heads import BoundedRouter
from hello3d.middleware.hosts import OneHost
from hello3d.middleware.mcp_or_page import McpOrPage, PageOrMcp
from hello3d.middleware.plain_requests import answer_plainly
from hello3d.middleware.root_path import BelowRootPath
from hello3d.probes.health import Readyz, healthz
from hello3d.probes.metrics import Metrics
from hello3d.server.lifespan import Lifespan
from mcp_bridge.endpoint.asgi import McpEndpoint
from sessions_app.api.asset_downloads import AssetDownloads
from sessions_app.api.asset_uploads import AssetUploads
from sessions_app.sockets.scene import SceneConsumer
from sessions_app.sockets.staff import StaffConsumer
from sessions_app.web import origins


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
django_application: Any = ASGIHandler()
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
