"""The errors of scene sessions; each message says what to do next."""

from sessions_app.errors.calls import (
    RESTARTED_AFTER_SECONDS,
    ProtocolSessionEndedError,
    RestartingError,
    UnknownOperationError,
    UnknownToolError,
)
from sessions_app.errors.joining import (
    NotAllowedError,
    PairingCodeUnknownError,
    ShareNotFoundError,
    ShareUnknownError,
    TooManyCodesTriedError,
)
from sessions_app.errors.quotas import (
    CreationQuotaError,
    TooManyConnectionsError,
    TooManySessionsError,
    TooManySharesError,
)
from sessions_app.errors.sessions import (
    SceneElsewhereError,
    SceneSessionClosedError,
    SceneSessionConflictError,
    SceneSessionRequiredError,
    SceneSessionUnknownError,
)
from sessions_app.errors.stores import (
    BETWEEN_PROCESSES,
    SceneTooNewError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
)

__all__ = [
    "BETWEEN_PROCESSES",
    "RESTARTED_AFTER_SECONDS",
    "CreationQuotaError",
    "NotAllowedError",
    "PairingCodeUnknownError",
    "ProtocolSessionEndedError",
    "RestartingError",
    "SceneElsewhereError",
    "SceneSessionClosedError",
    "SceneSessionConflictError",
    "SceneSessionRequiredError",
    "SceneSessionUnknownError",
    "SceneTooNewError",
    "ShareNotFoundError",
    "ShareUnknownError",
    "StoreBusyError",
    "StoreError",
    "StoreUnavailableError",
    "TooManyCodesTriedError",
    "TooManyConnectionsError",
    "TooManySessionsError",
    "TooManySharesError",
    "UnknownOperationError",
    "UnknownToolError",
]
