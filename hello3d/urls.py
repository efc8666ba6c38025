"""Django's paths; asgi.py mounts the MCP endpoint and the sockets beside them.

At `/mcp`, only browser navigation is routed here (hello3d/middleware/mcp_or_page.py).
"""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from mcp_bridge.endpoint.metadata import protected_resource
from sessions_app.pages import accounts, files, views

# RFC 9728, section 3.1, has the last of these at the host's own root.
_RESOURCES = ("", "/mcp", f"{settings.ROOT_PATH}/mcp")

handler403 = "sessions_app.pages.errors.not_allowed"
handler404 = "sessions_app.pages.errors.not_found"
handler500 = "sessions_app.pages.errors.failed"

urlpatterns = [
    path("", views.page, name="page"),
    path("scenes/", views.create_scene, name="create-scene"),
    path("open/<str:nonce>", views.open_invitation, name="open-invitation"),
    path("files/<str:nonce>", files.download),
    path("files/<str:nonce>/<str:attempt>/<int:number>", files.upload),
    path("camera", views.camera),
    path("mcp", views.mcp_page),
    re_path("^mcp/(?P<path_key>[^/]*)/?$", views.mcp_page),
    path("accounts/login/", accounts.SignIn.as_view(), name="login"),
    path("accounts/logout/", accounts.sign_out, name="logout"),
    path("accounts/join/", accounts.join, name="join"),
    *(path(f".well-known/oauth-protected-resource{of}", protected_resource) for of in _RESOURCES),
    path("api/", include("sessions_app.api.urls")),
    path("admin/", admin.site.urls),
]
