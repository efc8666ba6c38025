"""Which scene session a call means: what the caller said, and which of their own it may be."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.timesince import timesince

from sessions_app.people.principals import ANYONE, Principal
from sessions_app.scene.errors import SceneError

MAX_CHOICES = 10


class Rule(StrEnum):
    """The rule that decided, as it is reported in the log and in the `ToolCall` row."""

    ARGUMENT = "argument"
    PATH = "path"
    BINDING = "binding"
    OWNED = "owned"  # the only one of a person who is signed in
    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_ACTIVE = "most_active"
    CREATED = "created"
    NONE = "none"


class NamedKey(NamedTuple):
    """An edit key, and the argument that holds it."""

    argument: str
    edit_key: UUID


@dataclass(frozen=True, slots=True)
class Target:
    """What a call says of its scene session.

    `edit_key` comes from the argument or the path (`rule` says which). `protocol_session` is the
    key of a handshake-era protocol session, whose binding decides where no edit key is given;
    `opens` is set by the one call that moves a binding: to the session of the edit key, or to a new
    one where it has none. `argument` is the tool argument that `edit_key` comes from, if it does.
    `guesses` are edit keys that clients put into arguments of their own: they count where they name
    an open session that the principal may reach. `strays` are edit keys in arguments that are not
    read: where one names such a session, the call must not change another one. `path_key` is the
    edit key in the address. `may_scatter` says that the call may come from a client that opens a
    connection per call, each of which would make a session of its own. `principal` is who asks.
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
    principal: Principal = ANYONE


@dataclass(frozen=True, slots=True)
class Candidate:
    """A session that is not closed, as the choice among several looks at it."""

    scene_session_id: int
    owner_id: int | None
    edit_key: UUID
    created_at: datetime
    changed_at: datetime
    browsers: int  # that are connected


@dataclass(frozen=True, slots=True)
class Routed:
    """The caller's own sessions, the one changed last first, and which of them is meant.

    `chosen` is None where there is none, and where there are several and the caller is to be asked.
    """

    own: tuple[Candidate, ...]
    chosen: Candidate | None = None
    rule: Rule = Rule.NONE


_Key = Callable[[Candidate], Any]
# Of each strategy, what is greatest in the one that it chooses; equal ones go by their ids.
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
    """Choose among the sessions that belong to `owner_id`, and never another.

    Args:
        candidates: sessions that are not closed, whosever they are.
        owner_id: the caller.
        strategy: `newest` or `oldest` by when it was started; `most_active`: one that a browser
            looks at, and of these the one changed last; anything else: ask.
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
    """The call could mean several of the caller's own sessions, and nothing says which."""

    code = "session_ambiguous"

    def __init__(self, own: Sequence[Candidate], *, now: datetime) -> None:
        listed = [_described(candidate, now) for candidate in own[:MAX_CHOICES]]
        more = f"; and {len(own) - len(listed)} more" if len(own) > len(listed) else ""
        super().__init__(
            f"You have {len(own)} open scenes, and this call does not say which one it means. Pass"
            " its id as `scene`; where you do not know which, ask the person."
            f" The one changed last comes first: {'; '.join(listed)}{more}."
        )
        self.recorded = f"{len(own)} open scenes."


def _described(candidate: Candidate, now: datetime) -> str:
    started, changed = timesince(candidate.created_at, now), timesince(candidate.changed_at, now)
    browsers = f"{candidate.browsers} browser{'' if candidate.browsers == 1 else 's'} open"
    told = f"{candidate.edit_key} (started {started} ago, changed {changed} ago, {browsers})"
    return told.replace("\N{NO-BREAK SPACE}", " ")
