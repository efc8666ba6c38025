"""Staff actions on a scene session, with their forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from sessions_app.browsers.notices import MAX_NOTICE_LENGTH, Level, notice_send
from sessions_app.models import SceneSession
from sessions_app.sessions.closing import (
    browsers_disconnect,
    edit_key_replace,
    scene_session_close,
)
from sessions_app.sessions.shares import shares_revoke
from sessions_app.steering.active_calls import active_calls, call_cancel

# The action's log text; None if there was nothing to do.
Done = str | None
# Arguments: the session, the acting user's id, the form's data.
Perform = Callable[[SceneSession, int, Mapping[str, Any]], Done]


class CloseForm(forms.Form):
    because = forms.CharField(
        label="The reason, shown to people and models",
        max_length=200,
        initial="The staff of this server closed it.",
    )


class NoticeForm(forms.Form):
    message = forms.CharField(
        max_length=MAX_NOTICE_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
    level = forms.ChoiceField(
        choices=[
            (Level.INFO.value, "Info: passes by itself"),
            (Level.WARNING.value, "Warning: stays until it is dismissed"),
        ]
    )


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of action.

    `done` is shown after the names of the sessions it applied to, `not_done` after those with
    nothing to do. `form` asks for input first; an action without a form runs at once.
    """

    name: str
    label: str
    done: str
    not_done: str
    perform: Perform
    form: type[forms.Form] | None = None
    warning: str = ""
    danger: bool = False


def _close(scene_session: SceneSession, user_id: int, given: Mapping[str, Any]) -> Done:
    closed = scene_session_close(
        scene_session.pk,
        closed_by=SceneSession.Closer.STAFF,
        because=given["because"],
        user_id=user_id,
    )
    return f"Closed: {given['because']}" if closed else None


def _disconnect(scene_session: SceneSession, user_id: int, _: Mapping[str, Any]) -> Done:
    found = browsers_disconnect(scene_session.pk, user_id=user_id)
    return "Sent the browsers away." if found else None


def _cancel(scene_session: SceneSession, _: int, __: Mapping[str, Any]) -> Done:
    running = active_calls(scene_session.pk)
    for call in running:
        call_cancel(call.pk)
    tools = ", ".join(sorted({call.tool for call in running}))
    return f"Cancelled running calls ({len(running)}): {tools}." if running else None


def _replace_key(scene_session: SceneSession, user_id: int, _: Mapping[str, Any]) -> Done:
    key = edit_key_replace(scene_session.pk, user_id=user_id)
    if key is None:
        return None
    scene_session.edit_key = key
    return "Replaced the key."


def _revoke_shares(scene_session: SceneSession, user_id: int, _: Mapping[str, Any]) -> Done:
    revoked = shares_revoke(scene_session.pk, user_id=user_id)
    return f"Revoked the links for others ({revoked})." if revoked else None


def _notify(scene_session: SceneSession, user_id: int, given: Mapping[str, Any]) -> Done:
    browsers = notice_send(
        given["message"],
        Level(given["level"]),
        scene_session_id=scene_session.pk,
        user_id=user_id,
    )
    return f"Sent a notice to {browsers} browser(s): {given['message']}"


CLOSED = "already closed, or deleted"
REPLACE_KEY = Action(
    "replace_key",
    "Replace the key…",
    "the old links lead nowhere now",
    CLOSED,
    _replace_key,
    form=forms.Form,
    warning="The links that people have stop working, and the browsers that came with them are sent"
    " away. Clients that pass the old key, or were set up with it, lose the scene.",
    danger=True,
)
KINDS = (
    Action("send_notice", "Send a notice…", "the notice was sent", CLOSED, _notify, NoticeForm),
    Action(
        "cancel_calls",
        "Cancel running calls",
        "the running calls are being cancelled",
        "no call is running",
        _cancel,
    ),
    Action(
        "disconnect_browsers",
        "Disconnect browsers",
        "the browsers were sent away",
        CLOSED,
        _disconnect,
    ),
    REPLACE_KEY,
    Action(
        "revoke_shares",
        "Revoke all links for others…",
        "the links for others lead nowhere now",
        "no link for others, or closed",
        _revoke_shares,
        form=forms.Form,
        warning="The links by which the scene is shown to others stop working, and the browsers"
        " that came by them are sent away.",
        danger=True,
    ),
    Action(
        "close_sessions",
        "Close…",
        "closed",
        CLOSED,
        _close,
        CloseForm,
        warning="A closed scene never comes back: its browsers are sent away, and its clients are"
        " told why.",
        danger=True,
    ),
)
