"""The addresses of files made of scenes: what they take in and hand out."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import AsyncClient, Client

from sessions_app.models import SceneSession
from sessions_app.sessions.scene_files import (
    scene_file_begin,
    scene_file_complete,
    scene_file_make,
)
from sessions_app.storage import database
from tests.support.scenes import make_scene_session

pytestmark = pytest.mark.requirement("N14")

OURS = "http://testserver"


def post(path: str, origin: str | None = OURS) -> int:
    """The status of the answer to a part that a page of this origin sends."""
    headers = {} if origin is None else {"origin": origin}
    client = Client(enforce_csrf_checks=True)
    return client.post(path, b"x", "application/octet-stream", headers=headers).status_code


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_a_download_is_an_attachment_that_does_nothing_in_a_browser() -> None:
    scene = await database.run(make_scene_session)
    await SceneSession.objects.filter(pk=scene.pk).aupdate(name='Hafen "Größe"')
    content = b'{"version": 2}'
    made = await database.run(scene_file_make, scene.pk, "json", content)
    response: Any = await AsyncClient().get(f"/files/{made.download}")
    assert b"".join([part async for part in response]) == content
    assert dict(response.headers) | {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Content-Disposition": "attachment; filename*=utf-8''Hafen-Gr%C3%B6%C3%9Fe.json",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    } == dict(response.headers)


@pytest.mark.django_db
def test_a_head_has_the_same_headers_and_no_file() -> None:
    made = scene_file_make(make_scene_session().pk, "json", b"{}")
    response = Client().head(f"/files/{made.download}")
    assert (response.status_code, response["Content-Length"], response.content) == (200, "2", b"")


@pytest.mark.django_db
def test_wrong_addresses_and_senders_are_refused(settings: Any) -> None:
    settings.ALLOWED_ORIGINS = [OURS]
    begun = scene_file_begin(make_scene_session().pk, "glb")
    part = f"/files/{begun.upload}/a/0"
    # One that is not complete, one that is none, and one to which parts are sent.
    for nonce in ("none", begun.download, begun.upload):
        assert Client().get(f"/files/{nonce}").status_code == HTTPStatus.NOT_FOUND
    assert post("/files/none/a/0") == HTTPStatus.NOT_FOUND
    for origin in (None, "null", "https://example.org"):
        assert post(part, origin) == HTTPStatus.FORBIDDEN
    assert Client().get(part).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert post(f"/files/{begun.upload}/a/1") == HTTPStatus.CONFLICT
    assert post(part) == HTTPStatus.NO_CONTENT
    assert scene_file_complete(begun.pk, "a", 1, lambda *_: True)
