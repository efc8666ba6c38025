"""Django's own paths; the MCP endpoint and the sockets are mounted beside it in asgi.py."""

from django.contrib import admin
from django.urls import include, path

from sessions_app import views

urlpatterns = [
    path("", views.page, name="page"),
    path("scenes/", views.create_scene, name="create-scene"),
    path("open/<str:nonce>", views.open_invitation, name="open-invitation"),
    path("api/", include("sessions_app.api.urls")),
    path("admin/", admin.site.urls),
]
