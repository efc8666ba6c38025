"""The list of scene sessions, the page of each, and the routes of staff actions."""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from sessions_app.admin.acting import ACTIONS, TEMPLATES, may_act
from sessions_app.admin.notices import notice_to_all
from sessions_app.admin.read_only import KEY_PREFIX_LENGTH, ReadOnlyAdmin
from sessions_app.admin.session_actions import KINDS
from sessions_app.admin.session_page import live_scene, page_context, parts_context
from sessions_app.models import SceneSession
from sessions_app.sessions.finding import scene_title
from sessions_app.steering.active_calls import active_calls, call_cancel
from sessions_app.web.content_security import set_policy


@admin.register(SceneSession)
class SceneSessionAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "name", "edit_key_prefix", "state", "opened_by", "owner", "revision", "created_at",
        "changed_at",
    )  # fmt: skip
    list_filter = ("state", "opened_by", "created_at")
    list_select_related = ("owner",)
    search_fields = ("=id", "name")
    actions = ACTIONS

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Return whether this staff member may act on sessions."""
        return may_act(request)

    @admin.display(description="edit key")
    def edit_key_prefix(self, scene_session: SceneSession) -> str:
        """Only a prefix, because the whole key grants access to the scene."""
        return f"{str(scene_session.edit_key)[:KEY_PREFIX_LENGTH]}…"

    def get_urls(self) -> list[URLPattern]:
        """Add the requests of a session's page, and the page of notices to all browsers."""
        views: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("<int:pk>/live/", "live", require_safe(self.live_view)),
            ("<int:pk>/parts/", "parts", require_safe(self.parts_view)),
            ("<int:pk>/cancel/<uuid:call_id>/", "cancel", require_POST(self.cancel_view)),
            ("notice/", "notice", notice_to_all),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"sessions_app_scenesession_{name}")
            for route, name, view in views
        ]
        return own + super().get_urls()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with a link to the notice for all if the person may send one."""
        context = {"may_act": may_act(request)} | (extra_context or {})
        return super().changelist_view(request, context)

    def response_action(
        self, request: HttpRequest, queryset: "QuerySet[SceneSession, Any]", *_: Any
    ) -> HttpResponse | None:
        """Run an action on the selected sessions; Django would fail on invalid ids."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if all(value.isascii() and value.isdigit() and len(value) < 19 for value in chosen):
            return super().response_action(request, queryset)
        self.message_user(request, "Nothing was done: choose scenes of the list.", messages.ERROR)
        return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a session's page instead of a form; changes are made by actions only."""
        if request.method != "GET":
            return super().change_view(request, object_id, form_url, extra_context)
        scene_session = self.get_object(request, object_id)
        if scene_session is None:  # Django reports it
            return super().change_view(request, object_id, form_url, extra_context)
        if not self.has_view_permission(request, scene_session):
            raise PermissionDenied
        acts, nonce = may_act(request), secrets.token_urlsafe(16)
        context = {
            **self.admin_site.each_context(request),
            **page_context(scene_session, with_link=acts),
            "opts": self.opts,
            "title": scene_title(scene_session),
            "may_act": acts,
            "kinds": KINDS,
            "csp_nonce": nonce,
        }
        response = TemplateResponse(request, f"{TEMPLATES}/session.html", context)
        set_policy(response, nonce)
        return response

    def live_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the changes of the scene since the page's revision."""
        known = request.GET.get("revision", "")
        known_revision = int(known) if known.isdecimal() and len(known) < 10 else None
        return JsonResponse(live_scene(self._seen(request, pk), known_revision))

    def parts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the page's current tables."""
        context = {**parts_context(self._seen(request, pk)), "may_act": may_act(request)}
        return TemplateResponse(request, f"{TEMPLATES}/parts.html", context)

    def cancel_view(self, request: HttpRequest, pk: int, call_id: UUID) -> HttpResponseBase:
        """Cancel one running call of the session, on any worker."""
        scene_session = self._seen(request, pk)
        if not may_act(request):
            raise PermissionDenied
        running = [call for call in active_calls(pk) if call.pk == call_id]
        for call in running:
            call_cancel(call_id)
            self.log_change(request, scene_session, f"Cancelled a call of {call.tool}.")
            messages.success(request, f"The call of {call.tool} is being cancelled.")
        if not running:
            messages.info(request, "That call has ended already.")
        return HttpResponseRedirect(reverse("admin:sessions_app_scenesession_change", args=[pk]))

    def _seen(self, request: HttpRequest, pk: int) -> SceneSession:
        if not self.has_view_permission(request):
            raise PermissionDenied
        scene_session = SceneSession.objects.select_related("owner").filter(pk=pk).first()
        if scene_session is None:
            raise Http404
        return scene_session
