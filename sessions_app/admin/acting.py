"""Runs staff actions on sessions: permission, confirmation, log entry and redirect.

Actions start from the list of sessions, for selected ones, or from a session's own page.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from sessions_app.admin.exporting import export
from sessions_app.admin.read_only import ReadOnlyAdmin
from sessions_app.admin.session_actions import KINDS, REPLACE_KEY, Action
from sessions_app.models import SceneSession
from sessions_app.web import links
from sessions_app.web.callers import public_origin_of

PERMISSION = "sessions_app.change_scenesession"
MAX_CHOSEN = 100
TEMPLATES = "admin/sessions_app/scenesession"

Run = Callable[[ReadOnlyAdmin, HttpRequest, "QuerySet[SceneSession]"], HttpResponseBase | None]


def may_act(request: HttpRequest) -> bool:
    """Return whether this staff member may act on scene sessions."""
    return request.user.has_perm(PERMISSION)


def _as_django_action(kind: Action) -> Run:
    @admin.action(permissions=["act"], description=kind.label)
    def run(
        page: ReadOnlyAdmin, request: HttpRequest, selected: "QuerySet[SceneSession]"
    ) -> HttpResponseBase | None:
        return _act(page, request, kind, _chosen(page, request, selected))

    run.__name__ = kind.name
    return run


@admin.action(permissions=["act"], description="Export as JSON")
def export_json(
    page: ReadOnlyAdmin, request: HttpRequest, selected: "QuerySet[SceneSession]"
) -> HttpResponseBase | None:
    """Send all data of the selected sessions as a file."""
    chosen = _chosen(page, request, selected)
    for scene_session in chosen:
        page.log_change(request, scene_session, "Exported as JSON.")
    return export([scene_session.pk for scene_session in chosen]) if chosen else None


ACTIONS = [*(_as_django_action(kind) for kind in KINDS), export_json]


def _chosen(
    page: ReadOnlyAdmin, request: HttpRequest, selected: "QuerySet[SceneSession]"
) -> list[SceneSession]:
    chosen = list(selected.order_by("pk")[: MAX_CHOSEN + 1])
    if len(chosen) <= MAX_CHOSEN:
        return chosen
    text = f"Nothing was done: choose at most {MAX_CHOSEN} scenes at once."
    page.message_user(request, text, messages.ERROR)
    return []


def _act(
    page: ReadOnlyAdmin, request: HttpRequest, kind: Action, chosen: list[SceneSession]
) -> HttpResponseBase | None:
    if not chosen:
        return None
    given: Mapping[str, Any] = {}
    if kind.form is not None:
        form = kind.form(request.POST) if "confirmed" in request.POST else kind.form()
        if not form.is_valid():
            return _ask(page, request, kind, chosen, form)
        given = form.cleaned_data
    done = _perform(page, request, kind, chosen, given)
    if kind is REPLACE_KEY and done:
        return _show_links(page, request, done)
    return _back(request)


def _perform(
    page: ReadOnlyAdmin,
    request: HttpRequest,
    kind: Action,
    chosen: list[SceneSession],
    given: Mapping[str, Any],
) -> list[SceneSession]:
    """Perform the action on each session and log it; return the sessions it applied to."""
    done = []
    user_id = int(request.user.pk or 0)
    for scene_session in chosen:
        outcome = kind.perform(scene_session, user_id, given)
        if outcome is not None:
            page.log_change(request, scene_session, outcome)
            done.append(scene_session)
    if done:
        names = ", ".join(f"Scene {scene_session.pk}" for scene_session in done)
        page.message_user(request, f"{names}: {kind.done}.", messages.SUCCESS)
    if len(done) < len(chosen):
        names = ", ".join(
            f"Scene {scene_session.pk}" for scene_session in chosen if scene_session not in done
        )
        page.message_user(request, f"{names}: {kind.not_done}.", messages.WARNING)
    return done


def _ask(
    page: ReadOnlyAdmin, request: HttpRequest, kind: Action, chosen: list[SceneSession], form: Any
) -> HttpResponseBase:
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": kind.label.removesuffix("…"),
        "kind": kind,
        "chosen": chosen,
        "form": form,
        "checkbox": ACTION_CHECKBOX_NAME,
        "came_from": request.POST.get("came_from", ""),
    }
    return TemplateResponse(request, f"{TEMPLATES}/confirm.html", context)


def _show_links(
    page: ReadOnlyAdmin, request: HttpRequest, done: list[SceneSession]
) -> HttpResponseBase:
    """Show the new links, this once; the page is not stored."""
    public_origin = public_origin_of(request)
    shown = [
        (
            scene_session,
            links.browser_url(edit_key=scene_session.edit_key, public_origin=public_origin),
        )
        for scene_session in done
    ]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "The new links",
        "links": shown,
    }
    return TemplateResponse(request, f"{TEMPLATES}/links.html", context)


def _back(request: HttpRequest) -> HttpResponseBase | None:
    """Return to the session's own page if the action came from there, else to the list."""
    came_from = request.POST.get("came_from", "")
    if not (came_from.isdecimal() and len(came_from) < 19):
        return None
    return HttpResponseRedirect(
        reverse("admin:sessions_app_scenesession_change", args=[int(came_from)])
    )
