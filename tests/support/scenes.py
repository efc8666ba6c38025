"""Scene sessions and calls, made without a server."""

from typing import Any
from uuid import uuid4

from sessions_app.calls.records import Call
from sessions_app.models import SceneSession
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.routing import Rule, Target
from sessions_app.scene.operations import Step
from sessions_app.sessions.opening import scene_session_open
from sessions_app.steering.tool_calls import CallEffect, tool_call_perform
from sessions_app.web.callers import Caller
from tests.support.operations import step_of


def make_scene_session() -> SceneSession:
    return scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())


def make_call(target: Target, **caller: Any) -> Call:
    return Call("a_tool", "A tool", Caller(**caller), target, worker_id=uuid4())


def color(value: str) -> Step:
    return step_of("change_model_color", color=value)


def steer(scene_session: SceneSession, step: Step | StoredStep | None) -> CallEffect:
    return tool_call_perform(make_call(Target(Rule.ARGUMENT, scene_session.edit_key)), step)
