"""The page from which staff send a notice to every browser."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sessions_app.admin.acting import TEMPLATES, may_act
from sessions_app.admin.session_actions import NoticeForm
from sessions_app.browsers.notices import Level, notice_send
from sessions_app.models import SceneSession
from sessions_app.sessions.details import connected_browsers


@require_http_methods(["GET", "HEAD", "POST"])
def notice_to_all(request: HttpRequest) -> HttpResponse:
    """Compose, preview and send a notice; a sent notice cannot be recalled."""
    if not may_act(request):
        raise PermissionDenied
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and "confirmed" in request.POST:
        _send(request, form.cleaned_data["message"], Level(form.cleaned_data["level"]))
        return HttpResponseRedirect(reverse("admin:sessions_app_scenesession_changelist"))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": SceneSession._meta,
        "title": "Send a notice to all browsers",
        "form": form,
        "connected": connected_browsers(),
        "is_last_look": form.is_bound and form.is_valid(),
    }
    return TemplateResponse(request, f"{TEMPLATES}/notice.html", context)


def _send(request: HttpRequest, message: str, level: Level) -> None:
    user_id = int(request.user.pk or 0)
    browsers = notice_send(message, level, user_id=user_id)
    LogEntry.objects.create(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(SceneSession),
        object_repr="all browsers",
        action_flag=CHANGE,
        change_message=f"Sent a notice to {browsers} browser(s): {message}",
    )
    messages.success(request, f"The notice was sent to all browsers; connected: {browsers}.")
