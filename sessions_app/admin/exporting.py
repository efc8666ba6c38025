"""Streams all data of scene sessions as one JSON file."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponseBase, StreamingHttpResponse

from sessions_app import clock
from sessions_app.models import SceneSession
from sessions_app.revisions.documents import document_rebuild
from sessions_app.sessions import export as reads
from sessions_app.storage import database

FORMAT, VERSION = "hello3d-export", 1

_LISTS: dict[str, Callable[[int], Iterator[list[reads.Row]]]] = {
    "events": reads.event_rows,
    "browsers": reads.browser_rows,
    "clients": reads.client_rows,
    "calls": reads.call_rows,
    "revisions": reads.revision_rows,
    "checkpoints": reads.checkpoint_rows,
}
_JSON_TEXTS = ("cause", "patch", "inverse", "document")


def export(scene_session_ids: list[int]) -> HttpResponseBase:
    """Return the export file (docs/operations.md) of these sessions."""
    named = str(scene_session_ids[0]) if len(scene_session_ids) == 1 else "several"
    return StreamingHttpResponse(
        _read_on(_texts(scene_session_ids)),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="hello3d-scene-{named}.json"'},
    )


async def _read_on(texts: Iterator[str]) -> AsyncIterator[str]:
    """Read each piece on a database thread, once the previous one is sent."""
    while (text := await database.run(next, texts, None)) is not None:
        yield text


def _texts(scene_session_ids: list[int]) -> Iterator[str]:
    head = {"format": FORMAT, "version": VERSION, "exportedAt": clock.now()}
    yield f'{_dump(head)[:-1]},"sessions":['
    for position, scene_session_id in enumerate(scene_session_ids):
        yield "," if position else ""
        yield from _session(scene_session_id)
    yield "]}\n"


def _session(scene_session_id: int) -> Iterator[str]:
    row = reads.session_row(scene_session_id)
    if row is None:  # deleted meanwhile
        yield "null"
        return
    yield f'{{"session":{_dump(row)}'
    for name, pieces in _LISTS.items():
        yield f',"{name}":['
        for position, piece in enumerate(pieces(scene_session_id)):
            yield ("," if position else "") + ",".join(_dump(_parsed(row)) for row in piece)
        yield "]"
    scene_session = SceneSession.objects.get(pk=scene_session_id)
    yield f',"scene":{_dump(document_rebuild(scene_session))}}}'


def _parsed(row: reads.Row) -> reads.Row:
    return {name: json.loads(row[name]) if name in _JSON_TEXTS else row[name] for name in row}


def _dump(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))
