"""The database models."""

from sessions_app.models.calls import CallCount, CallMinute, CallTotal, RefusalCount, ToolCall
from sessions_app.models.connections import (
    Binding,
    ClientPresence,
    EventStream,
    Invitation,
    Pairing,
    Subscription,
    Worker,
)
from sessions_app.models.people import Identity, JoinCode, Preferences
from sessions_app.models.scenes import (
    SceneCheckpoint,
    SceneFile,
    SceneFilePart,
    SceneRevision,
    SceneSession,
    SceneSessionEvent,
    SceneSnapshot,
)

__all__ = [
    "Binding",
    "CallCount",
    "CallMinute",
    "CallTotal",
    "ClientPresence",
    "EventStream",
    "Identity",
    "Invitation",
    "JoinCode",
    "Pairing",
    "Preferences",
    "RefusalCount",
    "SceneCheckpoint",
    "SceneFile",
    "SceneFilePart",
    "SceneRevision",
    "SceneSession",
    "SceneSessionEvent",
    "SceneSnapshot",
    "Subscription",
    "ToolCall",
    "Worker",
]
