"""The contents of a scene session's page, and its live updates."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from sessions_app import clock
from sessions_app.models import SceneSession, SceneSessionEvent
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.history import MAX_HISTORY_REVISIONS
from sessions_app.revisions.reads import patches_since
from sessions_app.sessions import details as reads
from sessions_app.sessions.shares import shares_of
from sessions_app.sessions.timeline import timeline
from sessions_app.steering.active_calls import active_calls
from sessions_app.web import links
from sessions_app.wire.scene_messages import StoredPatch

MAX_MOMENTS = 200
MAX_SHOWN_CHARACTERS = 64 * 1024


def parts_context(scene_session: SceneSession) -> dict[str, Any]:
    """Return the page's context without the scene itself."""
    browsers = reads.browsers_of(scene_session)
    return {
        "scene_session": scene_session,
        "condition": reads.condition_of(scene_session),
        "is_closed": scene_session.state == SceneSession.State.CLOSED,
        "browsers": browsers,
        "connected": sum(1 for browser in browsers if browser.presence == "connected"),
        "bindings": reads.bindings_of(scene_session),
        "shares": shares_of(scene_session.pk),
        "running": active_calls(scene_session.pk),
        "calls": reads.last_calls_of(scene_session),
        "moments": _moments(scene_session.pk),
        "limits": {
            "browsers": settings.MCP_MAX_BROWSERS_PER_SESSION,
            "calls": settings.MCP_MAX_CALLS_PER_SESSION,
            "revisions": MAX_HISTORY_REVISIONS,
        },
    }


def _moments(scene_session_id: int) -> list[dict[str, Any]]:
    """Return the timeline with labels and users."""
    moments = timeline(scene_session_id, MAX_MOMENTS)
    user_ids = {moment.user_id for moment in moments} - {None}
    users = get_user_model().objects.in_bulk(user_ids) if user_ids else {}
    labels = dict(SceneSessionEvent.Kind.choices)
    return [
        {
            "moment": moment,
            "label": labels.get(moment.kind, moment.kind),
            "user": users.get(moment.user_id),
        }
        for moment in moments
    ]


def page_context(scene_session: SceneSession, *, with_link: bool) -> dict[str, Any]:
    """Return the page's context with the scene; the link only for staff who may change it."""
    text = json.dumps(document_load(scene_session), indent=2)
    return parts_context(scene_session) | {
        "document": text[:MAX_SHOWN_CHARACTERS],
        "document_is_cut": len(text) > MAX_SHOWN_CHARACTERS,
        "link": links.browser_url(edit_key=scene_session.edit_key, public_origin="")
        if with_link
        else None,
    }


def live_scene(scene_session: SceneSession, known_revision: int | None) -> dict[str, Any]:
    """Return the patches since `known_revision`, or the whole scene; and what the time is."""
    live: dict[str, Any] = {"serverTime": clock.seconds()}
    if known_revision is not None and known_revision <= scene_session.revision:
        patches = patches_since(scene_session.pk, known_revision)
        if patches is not None:
            return live | {"patches": [_patch(patch) for patch in patches]}
    scene = document_load(scene_session)
    return live | {"revision": scene_session.revision, "scene": scene}


def _patch(patch: StoredPatch) -> dict[str, Any]:
    return {"revision": patch.revision, "patch": json.loads(patch.patch)}
