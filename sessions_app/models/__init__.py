"""The database models."""

from sessions_app.models.assets import Asset, AssetFile
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
from sessions_app.models.pairing_codes import PairingCode, PairingCodeFailure
from sessions_app.models.people import Identity, JoinCode, Preferences
from sessions_app.models.roles import Role
from sessions_app.models.scenes import (
    SceneCheckpoint,
    SceneFile,
    SceneFilePart,
    SceneRevision,
    SceneSession,
    SceneSessionEvent,
    SceneSnapshot,
)
from sessions_app.models.shares import Share

__all__ = [
    "Asset",
    "AssetFile",
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
    "PairingCode",
    "PairingCodeFailure",
    "Preferences",
    "RefusalCount",
    "Role",
    "SceneCheckpoint",
    "SceneFile",
    "SceneFilePart",
    "SceneRevision",
    "SceneSession",
    "SceneSessionEvent",
    "SceneSnapshot",
    "Share",
    "Subscription",
    "ToolCall",
    "Worker",
]
