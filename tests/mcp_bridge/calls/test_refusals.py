"""What a model reads of a call that is refused or fails: the text alone says what to do next."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from mcp_types import TextContent

from mcp_bridge.calls import results
from mcp_bridge.calls.calling import InternalError
from mcp_bridge.tools import exports
from mcp_bridge.tools.screenshots import (
    BrowserBehindError,
    NoReadbackError,
    NoWebglError,
    PageOutdatedError,
)
from sessions_app import clock, errors, routing
from sessions_app.assets.errors import (
    AssetLimitError,
    AssetRefusedError,
    AssetUnknownError,
    CheckerMissingError,
)
from sessions_app.limits import rates
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Rate, RateLimitedError
from sessions_app.people.view_tokens import ViewExpiredError
from sessions_app.revisions.checkpoints import CheckpointLimitError
from sessions_app.revisions.undoing import StepRefusedError
from sessions_app.routing import Candidate
from sessions_app.scene.changes.patches import InvalidPatchError
from sessions_app.scene.colors import parse_color
from sessions_app.scene.document.graph import Graph
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, SceneError
from sessions_app.scene.geometry.resizing import scaled
from sessions_app.scene.operations.locked import LockedError
from sessions_app.sessions.scene_files import FilesFullError
from sessions_app.steering import asking, steering

_NOW = clock.now()
_OWN = [
    Candidate(number, 1, uuid4(), _NOW - timedelta(hours=1), _NOW, number) for number in range(2)
]


# A cube that stands on a corner in a group, which nothing but an even factor leaves a cube.
_SLANTED = {
    "o1": {"name": "crate", "kind": "group", "position": [0, 0, 0]},
    "o2": {
        "name": "cube",
        "kind": "box",
        "parent": "o1",
        "position": [0, 0, 0],
        "size": [1, 1, 1],
        "rotation": [45, 30, 0],
    },
}


def _raised(call: Callable[..., object], *arguments: object) -> SceneError:
    with pytest.raises(SceneError) as caught:
        call(*arguments)
    return caught.value


# Each error, and what its text says that the reader can do.
NEXT: list[tuple[SceneError, str]] = [
    (_raised(parse_color, "blurple"), "Give #rrggbb"),
    (_raised(scaled, _SLANTED, "o1", (2, 1, 1)), "Nearest is"),
    (_raised(Graph(_SLANTED).require_parent, "o1", "o2"), "out first: parent world"),
    (_raised(Targets(Index(_SLANTED)).find, "o3"), "There is"),
    (InvalidPatchError("A patch does not fit."), "call open_session to start another one"),
    (InternalError("7f3a"), "Call get_scene to see what holds"),
    (errors.UnknownToolError(["get_scene"]), "Nearest names: get_scene"),
    (errors.UnknownToolError([]), "See tools/list"),
    (errors.UnknownOperationError("explode"), "Reload the page, then try again"),
    (NoWebglError(), "Open the link in another browser"),
    (NoReadbackError(), "open the link in another browser"),
    (PageOutdatedError(), "Ask the person to reload it"),
    (BrowserBehindError(3), "Wait a few seconds, then try again"),
    (asking.NoBrowserError(), "Give the person its link"),
    (exports.NoBrowserToExportError("glb", "https://example.org/?sessionId=1"), "Give the person"),
    (exports.TooLargeError(), "name some as `targets`"),
    (FilesFullError(), "try again then"),
    (asking.CameraSilentError(), "give the person the link"),
    (asking.BrowserSilentError(15), "reload"),
    (asking.BrowserFailedError(), "Reload its page, then try again"),
    (steering.CallTimeoutError(), "Call get_scene to see"),
    (steering.CallCancelledError(), "call get_scene to see"),
    (errors.SceneSessionRequiredError(), "call get_browser_connection_url once"),
    (errors.SceneSessionRequiredError(scattered=True), "as `scene` in every call"),
    (routing.SceneSessionAmbiguousError(_OWN, now=_NOW), "Pass its id as `scene`"),
    (errors.SceneSessionUnknownError(), "call get_browser_connection_url"),
    (errors.SceneSessionClosedError(), "Call open_session without `scene`"),
    (errors.SceneSessionUnknownError(path_key=uuid4()), "Connect it to /mcp/ followed by the id"),
    (errors.SceneSessionUnknownError(fault="It is none."), 'leave it empty ("")'),
    (errors.SceneSessionClosedError(path_key=uuid4()), "or to /mcp to start a new scene"),
    (errors.SceneTooNewError(), "then send the call again"),
    (errors.SceneSessionConflictError(), 'Leave `scene` empty ("")'),
    (errors.SceneElsewhereError("url"), "Pass the id of the scene that you mean as `scene`"),
    (errors.CreationQuotaError(Rate(1, 60), wait_seconds=7), "or wait 7 s"),
    *(
        (errors.TooManySessionsError(limit, 5), "passing its id as `scene`")
        for limit in (Limit.SESSIONS, Limit.SESSIONS_ANONYMOUS, Limit.SESSIONS_PER_USER)
    ),
    (AssetRefusedError("It has no scene."), "try another address"),
    (AssetLimitError("This scene has 100 models."), "Use one that is there already"),
    (AssetUnknownError(), "send it again"),
    (CheckerMissingError(), "can install Node.js"),
    (StepRefusedError("Nothing is left to undo."), "`list` shows the steps"),
    (CheckpointLimitError("This scene has 20 checkpoints."), "which replaces it"),
    (LockedError('"vase" is locked by Anna.', ""), "ask the person to unlock it"),
    (errors.TooManyConnectionsError(Limit.CONNECTIONS_PER_USER, 5), "Close one"),
    (errors.NotAllowedError(), "Ask whoever gave it to you for one that does"),
    (errors.ShareUnknownError(), "call get_browser_connection_url"),
    (errors.ShareNotFoundError(), "Make a new one"),
    (errors.TooManySharesError(20), "Revoke one"),
    (ViewExpiredError(), "call get_browser_connection_url"),
    (errors.PairingCodeUnknownError(), "ask the person for the one that their page shows now"),
    (errors.TooManyCodesTriedError(61), "Wait 2 minutes, then try again"),
    (rates.TooBusyError(Limit.CALLS, 5), "Wait a few seconds, then send the call again"),
    (errors.StoreBusyError(), "then send the call again"),
    (errors.StoreUnavailableError(), "call get_scene to see what holds"),
    (errors.RestartingError(), "then call get_scene to see"),
    (
        RateLimitedError(Rate(1, 60), of="from one client", wait_seconds=3, repeated=False),
        "Wait 3 s, then try again",
    ),
]


def _kinds(of: type[SceneError]) -> Iterator[type[SceneError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


@pytest.mark.requirement("H4")
@pytest.mark.parametrize(("error", "advice"), NEXT, ids=lambda value: type(value).__name__)
def test_a_refusal_says_in_its_text_what_to_do_next(error: SceneError, advice: str) -> None:
    result = results.failure(error, note="Ignored: `x`.")
    [block] = result.content
    assert isinstance(block, TextContent)
    assert advice in block.text
    assert block.text.endswith("Ignored: `x`.")
    assert result.is_error
    assert result.structured_content is None


def test_every_kind_of_refusal_is_among_them() -> None:
    ours = {kind for kind in _kinds(SceneError) if kind.__module__.split(".")[0] != "tests"}
    ours.remove(errors.StoreError)  # whose kinds are raised, and never itself
    assert ours == {type(error) for error, _ in NEXT}
    assert {InvalidPatchError, InvalidValueError} <= ours
