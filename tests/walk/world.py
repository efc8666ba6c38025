"""Two people, their scenes in every state, and what somebody may put into a request to mean one."""

import json
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User

from sessions_app import clock
from sessions_app.browsers.pairings import LEASE
from sessions_app.calls.records import Call, Outcome, tool_call_record_outcome
from sessions_app.models import Pairing, Role, SceneSession, ToolCall
from sessions_app.people.principals import Principal
from sessions_app.routing import Rule, Target
from sessions_app.sessions.invitations import invitation_create
from sessions_app.sessions.opening import scene_session_open
from sessions_app.sessions.scene_files import scene_file_begin, scene_file_make
from sessions_app.sessions.shares import share_make
from sessions_app.steering.tool_calls import tool_call_perform
from sessions_app.web.callers import Caller
from tests.support.operations import step_of


@dataclass(frozen=True)
class Marks:
    """What only a person's own scenes hold: shown to anybody else, it is a leak."""

    color: str
    browser: str
    client: str
    address: str

    def __iter__(self) -> Iterator[str]:
        return iter((self.color, self.browser, self.client, self.address))


OWNERS = Marks("#5ec2e7", "tablet of the owner", "client of the owner", "203.0.113.77")
STRANGERS = Marks("#a1b2c3", "tablet of the stranger", "client of the stranger", "198.51.100.9")


@dataclass(frozen=True)
class Names:
    """What a request may use to mean a scene session and what belongs to it."""

    edit_key: str
    scene: str
    call: str = ""
    nonce: str = ""
    file: str = ""  # the nonce of a download, and that to which a file's parts are sent
    upload: str = ""
    share: str = ""  # the id of a share, and the token of its link
    token: str = ""

    def hidden_in(self, text: str) -> str:
        """The text without these names, so that answers about two sessions can be compared."""
        key = self.edit_key
        secret = (self.call, self.nonce, self.file, self.upload, self.token)
        for name in (key, key.replace("-", ""), *secret):
            text = text.replace(name, "…") if name else text
        return text


def names(
    owner: User,
    marks: Marks,
    state: SceneSession.State = SceneSession.State.OPEN,
    *,
    lease: timedelta = LEASE,
) -> Names:
    """A scene of this owner with a change, a call, a browser and an invitation, in this state.

    The browser's lease ends after `lease`.
    """
    scene = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    SceneSession.objects.filter(pk=scene.pk).update(owner=owner)
    call = _change(scene, owner, marks)
    _look(scene, marks, lease)
    nonce = invitation_create(scene.pk) or ""
    file = scene_file_make(scene.pk, "json", json.dumps({"color": marks.color}).encode())
    begun = scene_file_begin(scene.pk, "glb")
    share, token = share_make(scene.pk, role=Role.EDITOR, name=marks.browser)
    now = clock.now()
    changed: dict[str, Any] = {"state": state}
    if state == SceneSession.State.CLOSED:
        changed |= {"closed_at": now, "closed_by": "client", "closed_because": "it was over"}
    if state == SceneSession.State.IDLE:
        changed["changed_at"] = now - timedelta(days=2)
        ToolCall.objects.filter(scene_session=scene).update(started_at=now - timedelta(days=2))
        Pairing.objects.filter(scene_session=scene).update(lease_until=now - timedelta(days=2))
    SceneSession.objects.filter(pk=scene.pk).update(**changed)
    names_ = (str(scene.edit_key), str(scene.pk), call.id.hex, nonce)
    return Names(*names_, file.download, begun.upload, str(share.pk), token)


def _change(scene: SceneSession, owner: User, marks: Marks) -> Call:
    caller = Caller(client_name=marks.client, remote_address=marks.address)
    target = Target(Rule.ARGUMENT, scene.edit_key, principal=Principal(owner.pk))
    call = Call("change_model_color", "Change the color", caller, target, worker_id=uuid.uuid4())
    tool_call_perform(call, step_of("change_model_color", color=marks.color))
    tool_call_record_outcome(call, Outcome(call.id, ToolCall.Status.SUCCESS, 1.0))
    return call


def _look(scene: SceneSession, marks: Marks, lease: timedelta) -> None:
    Pairing.objects.create(
        scene_session=scene,
        browser_id=uuid.uuid4().hex,
        name=marks.browser,
        remote_address=marks.address,
        channel_name="nowhere",
        instance="elsewhere",
        lease_until=clock.now() + lease,
    )


def forged() -> Names:
    """Names as they are made, that nothing has."""
    nonce = secrets.token_urlsafe(32)
    file, upload = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    ids = (str(uuid.uuid4()), "987654321", uuid.uuid4().hex)
    return Names(*ids, nonce, file, upload, "987654321", secrets.token_urlsafe(32))


def deleted(owner: User) -> Names:
    """Names of a scene that is no more."""
    gone = names(owner, OWNERS)
    SceneSession.objects.filter(pk=gone.scene).delete()
    return gone


GARBAGE = Names("%00'\"<b>../..;--", "0x1%00e9'", "{}", "…\u202e%2F%2e")
NOTHING = Names("", "", "", "")


def rows_of(scene: str) -> dict[str, list[Any]]:
    """Every row that belongs to a scene session, its own too."""
    found: dict[str, list[Any]] = {
        "SceneSession": list(SceneSession.objects.filter(pk=scene).values())
    }
    for model in apps.get_app_config("sessions_app").get_models():
        if any(field.name == "scene_session" for field in model._meta.get_fields()):
            rows = model._default_manager.filter(scene_session=scene).order_by("pk")
            found[model.__name__] = list(rows.values())
    return found
