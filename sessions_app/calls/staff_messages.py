"""Typed messages between the server and the staff's overview (docs/protocol.md), and their JSON."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from sessions_app.calls.headlines import Overview
from sessions_app.calls.overview import (
    MAX_PAGE,
    CallRow,
    SessionRow,
    SessionsPage,
    SessionsView,
    State,
)

MAX_LOOK = 2**53 - 1


class _StaffMessage(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)


class ShowSessions(_StaffMessage):
    type: Literal["showSessions"]
    state: State = "live"
    search: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    page: Annotated[int, Field(strict=True, ge=0, le=MAX_PAGE)] = 0


class Shown(_StaffMessage):
    type: Literal["shown"]
    look: Annotated[int, Field(strict=True, ge=0, le=MAX_LOOK)]


StaffMessage = ShowSessions | Shown

_staff_message: TypeAdapter[StaffMessage] = TypeAdapter(
    Annotated[StaffMessage, Field(discriminator="type")]
)


def parse(text: str) -> StaffMessage:
    """Parse a text frame into a typed message.

    Raises:
        pydantic.ValidationError: the frame is not a valid message.
    """
    return _staff_message.validate_json(text)


def view_of(query: dict[str, str]) -> SessionsView:
    """Return the view of a query string, with the members of `showSessions`; default if invalid."""
    try:
        asked = ShowSessions(
            type="showSessions",
            state=query.get("state", "live"),
            search=query.get("search", ""),
            page=int(query.get("page", 0)),
        )
    except ValueError:
        return SessionsView()
    return SessionsView(asked.state, asked.search, asked.page)


def overview(now: Overview) -> str:
    return _dump({"type": "overview", "statistics": now.statistics, "figures": now.figures})


def sessions(view: SessionsView, page: SessionsPage) -> str:
    shown = {"state": view.state, "search": view.search, "page": view.page}
    rows = [session_row(row) for row in page.rows]
    return _dump({"type": "sessions", **shown, "hasMore": page.has_more, "sessions": rows})


def tool_calls(rows: list[dict[str, Any]]) -> str:
    return _dump({"type": "toolCalls", "calls": rows})


def numbered(frame: str, look: int) -> str:
    """Add the number of its look to a frame, without serializing it again."""
    return f'{frame[:-1]},"look":{look}}}'


def session_row(row: SessionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "owner": row.owner,
        "client": row.client,
        "browsers": row.browsers,
        "calls": row.calls,
        "lastCall": row.last_call.isoformat() if row.last_call else None,
        "age": row.age,
    }


def call_row(row: CallRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "tool": row.tool,
        "status": row.status,
        "durationMs": row.duration_ms,
        "errorCode": row.error_code,
        "sceneSession": row.scene_session,
        "client": row.client,
        "startedAt": row.started_at.isoformat(),
    }


def _dump(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))
