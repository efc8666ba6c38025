"""Scene sessions and calls, made without a server."""

from typing import Any
from uuid import uuid4

from sessions_app.calls.records import Call
from sessions_app.models import SceneSession
from sessions_app.routing import Rule, Target
from sessions_app.scene import operations
from sessions_app.sessions.opening import scene_session_open
from sessions_app.steering.tool_calls import Operation, Performed, tool_call_perform
from sessions_app.web.requests import Caller


def make_scene_session() -> SceneSession:
    return scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())


def make_call(target: Target, **caller: Any) -> Call:
    return Call("a_tool", "A tool", Caller(**caller), target, worker_id=uuid4())


def color(value: str) -> Operation:
    return lambda document: operations.set_model_color(document, color=value)


def steer(scene_session: SceneSession, operation: Operation | None) -> Performed:
    return tool_call_perform(make_call(Target(Rule.ARGUMENT, scene_session.edit_key)), operation)
