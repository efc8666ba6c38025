"""Stores tool calls and their outcomes."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from sessions_app import clock
from sessions_app.models import SceneSession, ToolCall
from sessions_app.routing import Rule, Target
from sessions_app.scene.errors import SceneError
from sessions_app.storage.statements import Insert
from sessions_app.storage.texts import storable
from sessions_app.web.callers import Caller


@dataclass(slots=True)
class Call:
    """One tool call as it arrived, before its session is known."""

    tool: str
    title: str
    caller: Caller
    target: Target
    worker_id: UUID
    id: UUID = field(default_factory=uuid4)
    started_at: datetime = field(default_factory=clock.now)
    started: float = field(default_factory=time.perf_counter)
    looks: bool = False  # whether its answer shows the scene to its client
    reply_channel: str = ""  # on which its worker hears of the browsers that show its change

    @property
    def duration_ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a call that was recorded as running."""

    call_id: UUID
    status: ToolCall.Status
    duration_ms: float
    error_code: str = ""
    error_message: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the outcome as columns of `ToolCall`."""
        return {
            "status": self.status,
            "duration_ms": self.duration_ms,
            "error_code": self.error_code[:40],
            "error_message": storable(self.error_message, 500),
        }


_insert_call = Insert(ToolCall, *(field.name for field in ToolCall._meta.concrete_fields))


def _columns(call: Call, scene_session_id: int | None, rule: Rule) -> dict[str, Any]:
    """Return the columns of a running call, with client texts cut to their columns' lengths."""
    caller = call.caller
    return {
        "id": call.id,
        "scene_session": scene_session_id,
        "user": call.target.principal.user_id,
        "method": "tools/call",
        "tool": storable(call.tool, 100),
        "status": ToolCall.Status.RUNNING,
        "started_at": call.started_at,
        "duration_ms": None,
        "revision": None,
        "error_code": "",
        "error_message": "",
        "resolution_rule": rule,
        "protocol_version": caller.protocol_version,
        "client_name": storable(caller.client_name, 100),
        "client_version": storable(caller.client_version, 50),
        "user_agent": storable(caller.user_agent, 200),
        "remote_address": caller.remote_address,
        "instance": settings.INSTANCE_NAME,
        "worker_id": call.worker_id,
    }


def tool_call_record_running(call: Call, scene_session: SceneSession, rule: Rule) -> None:
    """Insert the row of a call that starts to run."""
    columns = _columns(call, scene_session.pk, rule)
    _insert_call.run(columns | {"revision": scene_session.revision})


def tool_call_record(call: Call, outcome: Outcome, scene_session_id: int | None = None) -> None:
    """Insert the finished row of a call that never ran."""
    _insert_call.run(_columns(call, scene_session_id, call.target.rule) | outcome.columns())


def tool_call_record_refusal(call: Call, error: SceneError, scene_session_id: int | None) -> None:
    """Insert the row of a call that was refused."""
    outcome = Outcome(call.id, ToolCall.Status.ERROR, call.duration_ms, error.code, error.recorded)
    tool_call_record(call, outcome, scene_session_id)


def tool_call_record_outcome(call: Call, outcome: Outcome) -> None:
    """Store the outcome in the call's row; insert the row if there is none yet."""
    if not ToolCall.objects.filter(pk=call.id).update(**outcome.columns()):
        tool_call_record(call, outcome)
