"""Decides which scene session a call means."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.timesince import timesince

from sessions_app.people.principals import ANYONE, Principal
from sessions_app.scene.document import Start
from sessions_app.scene.errors import SceneError

MAX_CHOICES = 10


class Rule(StrEnum):
    """The rule that decided, as stored in the log and in the `ToolCall` row."""

    ARGUMENT = "argument"
    PATH = "path"
    BINDING = "binding"
    OWNED = "owned"  # the signed-in user's only one
    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_ACTIVE = "most_active"
    CREATED = "created"
    NONE = "none"


class NamedKey(NamedTuple):
    """An edit key and the argument that holds it."""

    argument: str
    edit_key: UUID


@dataclass(frozen=True, slots=True)
class Target:
    """What a call says about its scene session.

    `edit_key` comes from the argument or the path; `rule` says which. `protocol_session` is the key
    of a handshake-era protocol session, whose binding decides without an edit key. `opens` is set
    by the one call that moves a binding: to the session of the edit key, or to a new one.
    `argument` is the tool argument that `edit_key` comes from, if any. `guesses` are edit keys in
    arguments that clients made up; they count if they name an open session that the principal may
    reach. `strays` are edit keys in arguments that are ignored; if one names such a session, the
    call must not change another. `path_key` is the edit key in the URL. `may_scatter`: the call may
    come from a client that opens a connection per call, each of which would create a session.
    `start` is what a new session begins with. `principal` is the caller.
    """

    rule: Rule = Rule.NONE
    edit_key: UUID | None = None
    protocol_session: str | None = None
    may_create: bool = False
    opens: bool = False
    argument: str = "scene"
    guesses: tuple[NamedKey, ...] = ()
    strays: tuple[NamedKey, ...] = ()
    path_key: UUID | None = None
    may_scatter: bool = False
    start: Start = "studio"
    principal: Principal = ANYONE


@dataclass(frozen=True, slots=True)
class Candidate:
    """A session that is not closed, with the fields that decide among several."""

    scene_session_id: int
    owner_id: int | None
    edit_key: UUID
    created_at: datetime
    changed_at: datetime
    browsers: int  # connected ones


@dataclass(frozen=True, slots=True)
class Routed:
    """The caller's own sessions, the latest change first, and the chosen one.

    `chosen` is None if there are none, or if the caller has to choose among several.
    """

    own: tuple[Candidate, ...]
    chosen: Candidate | None = None
    rule: Rule = Rule.NONE


_Key = Callable[[Candidate], Any]
# The key that each strategy maximizes; ids break ties.
_BEST: dict[str, _Key] = {
    Rule.NEWEST: lambda candidate: (candidate.created_at, candidate.scene_session_id),
    Rule.OLDEST: lambda candidate: (-candidate.created_at.timestamp(), -candidate.scene_session_id),
    Rule.MOST_ACTIVE: lambda candidate: (
        candidate.browsers > 0,
        candidate.changed_at,
        candidate.scene_session_id,
    ),
}


def route(candidates: Iterable[Candidate], *, owner_id: int, strategy: str) -> Routed:
    """Choose among the sessions of `owner_id` only.

    Args:
        candidates: sessions that are not closed, of any owner.
        owner_id: the caller.
        strategy: `newest` or `oldest` by start; `most_active`: with a connected browser, then by
            the latest change; anything else: ask.
    """
    mine = [candidate for candidate in candidates if candidate.owner_id == owner_id]
    own = tuple(
        sorted(
            mine,
            key=lambda candidate: (candidate.changed_at, candidate.scene_session_id),
            reverse=True,
        )
    )
    if len(own) == 1:
        return Routed(own, own[0], Rule.OWNED)
    if not own or strategy not in _BEST:
        return Routed(own)
    return Routed(own, max(own, key=_BEST[strategy]), Rule(strategy))


class SceneSessionAmbiguousError(SceneError):
    """The call could mean several of the caller's own sessions."""

    code = "session_ambiguous"

    def __init__(self, own: Sequence[Candidate], *, now: datetime) -> None:
        listed = [_described(candidate, now) for candidate in own[:MAX_CHOICES]]
        more = f"; and {len(own) - len(listed)} more" if len(own) > len(listed) else ""
        super().__init__(
            f"You have {len(own)} open scenes, and this call does not say which one it means. Pass"
            " its id as `scene`; if you do not know which, ask the person."
            f" The one changed last comes first: {'; '.join(listed)}{more}."
        )
        self.recorded = f"{len(own)} open scenes."


def _described(candidate: Candidate, now: datetime) -> str:
    started, changed = timesince(candidate.created_at, now), timesince(candidate.changed_at, now)
    browsers = f"{candidate.browsers} browser{'' if candidate.browsers == 1 else 's'} open"
    text = f"{candidate.edit_key} (started {started} ago, changed {changed} ago, {browsers})"
    return text.replace("\N{NO-BREAK SPACE}", " ")
