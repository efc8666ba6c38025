"""Which scene session a call means: what the caller said, before the database is asked."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sessions_app.principals import ANYONE, Principal


class Rule(StrEnum):
    """The rule that decided, as it is reported in the log and in the `ToolCall` row."""

    ARGUMENT = "argument"
    PATH = "path"
    BINDING = "binding"
    CREATED = "created"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """What a call says of its scene session.

    `edit_key` comes from the argument or the path (`rule` says which). `protocol_session` is the
    key of a handshake-era protocol session, whose binding decides where no edit key is given;
    `opens` is set by the one call that moves a binding: to the session of the edit key, or to a new
    one where it has none. `principal` is who asks.
    """

    rule: Rule = Rule.NONE
    edit_key: UUID | None = None
    protocol_session: str | None = None
    may_create: bool = False
    opens: bool = False
    principal: Principal = ANYONE
