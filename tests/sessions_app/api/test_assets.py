"""Models that are sent to a scene: who may, how large, what is left behind, who may see them."""

import contextlib
import json
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psutil
import pytest

from sessions_app.assets import node
from sessions_app.assets.keeping import MAX_ASSETS, MAX_BYTES_OF_SCENE
from tests.support.models import as_text, box_document, box_model, large_model
from tests.support.servers import ServerProcess
from tests.support.storage import count, execute, rows
from tests.support.waiting import until

pytestmark = [pytest.mark.requirement("N14"), pytest.mark.anyio]

MEGABYTE = 2**20


class Sent(NamedTuple):
    status: int
    body: dict[str, Any]


class Scene:
    """A scene of a server, and those who send models to it."""

    def __init__(self, server: ServerProcess) -> None:
        self.server, self.http = server, httpx2.Client(base_url=server.url, timeout=60)
        made = self.http.post("/api/sessions/").json()
        self.key = {"Authorization": f"Session {made['sessionId']}"}
        self.path = f"/api/sessions/{made['id']}/"

    def share(self, role: str) -> dict[str, str]:
        made = self.http.post(f"{self.path}shares/", headers=self.key, json={"role": role}).json()
        return {"Authorization": f"Share {made['url'].split('share=')[1]}"}

    def send(self, content: Any, who: dict[str, str] | None = None, name: str = "") -> Sent:
        headers = {"X-File-Name": name} if name else {}
        sent = self.http.post("/api/assets/", content=content, headers=(who or self.key) | headers)
        return Sent(sent.status_code, sent.json())

    def get(self, asset: str, who: dict[str, str], **headers: str) -> httpx2.Response:
        return self.http.get(f"/assets/{asset}", headers=who | headers)

    def begin(self, length: int) -> socket.socket:
        """Send a head, for a body that the caller sends."""
        opened = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        head = (
            f"POST /api/assets/ HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n"
            f"Authorization: {self.key['Authorization']}\r\nContent-Length: {length}\r\n\r\n"
        )
        opened.sendall(head.encode())
        return opened

    @property
    def media(self) -> Path:
        return self.server.log.parent / "media"

    def files(self) -> list[Path]:
        return [path for path in self.media.rglob("*") if path.is_file()]

    def held(self) -> int:
        """How many files without a name the server has open there."""
        every = Path(f"/proc/{self.server.pid}/fd").iterdir()
        return sum(1 for each in every if str(self.media) in _target(each))


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


@pytest.fixture
def scene(server: ServerProcess) -> Iterator[Scene]:
    assert node.program(), "run `make page`; Node.js comes with the development packages"
    scene = Scene(server)
    with contextlib.closing(scene.http):
        yield scene


async def test_a_model_is_taken_in_once_and_seen_by_those_who_may_see_its_scene(
    scene: Scene,
) -> None:
    first = scene.send(box_model(), name="Red%20box.glb")
    assert first.status == 201
    assert first.body["name"] == "Red box.glb"
    assert first.body["box"] == [2, 1, 4]
    assert (first.body["parts"], first.body["materials"]) == (["body"], ["paint"])
    editor, viewer = scene.share("editor"), scene.share("viewer")
    again = scene.send(box_model(), editor)
    assert (again.status, again.body) == (200, first.body)
    assert len(scene.files()) == 1
    stranger = {"Authorization": f"Session {uuid.uuid4()}"}
    assert (scene.send(box_model(), viewer).status, scene.send(box_model(), stranger).status) == (
        403,
        404,
    )
    asset = first.body["id"]
    for who in (scene.key, editor, viewer):
        seen = scene.get(asset, who)
        assert seen.content[:4] == b"glTF"
        assert len(seen.content) == first.body["bytes"]
    headers = seen.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "Authorization, Cookie"
    assert scene.get(asset, viewer, **{"If-None-Match": headers["etag"]}).status_code == 304
    other = Scene(scene.server)
    with contextlib.closing(other.http):
        for who in (stranger, other.key, {}):
            assert other.get(asset, who).status_code == 404


async def test_it_may_be_text_with_its_data_in_it_and_nothing_that_refers_to_others(
    scene: Scene,
) -> None:
    document, binary = box_document()
    assert scene.send(as_text(document, binary)).body["box"] == [2, 1, 4]
    elsewhere = document | {"buffers": [{"byteLength": 300, "uri": "https://example.org/a.bin"}]}
    refused = scene.send(json.dumps(elsewhere).encode())
    assert (refused.status, refused.body["code"]) == (422, "asset_refused")
    assert "refers to another file" in refused.body["detail"]
    assert scene.send(b"").status == 400
    assert "neither a GLB nor a glTF file" in scene.send(b"hello").body["detail"]
    assert scene.http.get("/api/assets/").status_code == 405


async def test_a_large_one_never_is_in_memory_and_a_larger_one_is_refused(scene: Scene) -> None:
    scene.send(box_model())
    before = psutil.Process(scene.server.pid).memory_info().rss
    sent = scene.send(large_model(60))
    assert sent.status == 201
    assert sent.body["bytes"] < MEGABYTE  # what nothing uses is dropped
    grown = psutil.Process(scene.server.pid).memory_info().rss - before
    assert grown < 20 * MEGABYTE
    with scene.begin(65 * MEGABYTE) as opened:
        assert b" 413 " in opened.recv(4096).splitlines()[0]

    def endless() -> Iterator[bytes]:
        """Without a length; what is beyond the limit is not awaited."""
        for _ in range(70):
            yield bytes(MEGABYTE)

    with contextlib.suppress(httpx2.TransportError):  # it is cut off while it sends
        assert scene.send(endless()).status == 413
    await until(lambda: scene.held() == 0)
    assert len(scene.files()) == 2


async def test_nothing_is_left_of_one_that_was_cancelled_or_cut_off(scene: Scene) -> None:
    model = large_model(8)

    def begun() -> socket.socket:
        opened = scene.begin(len(model))
        opened.sendall(model[: len(model) // 2])
        return opened

    with begun():
        await until(lambda: scene.held() == 1)
    await until(lambda: scene.held() == 0)
    with begun():
        await until(lambda: scene.held() == 1)
        scene.server.kill()
    scene.server.start()
    assert scene.files() == []
    assert count(scene.server.database_url, "assetfile") == 0
    assert scene.send(model).status == 201


async def test_a_scene_has_as_many_and_as_much_as_it_may_have(scene: Scene) -> None:
    sent = scene.send(box_model()).body
    first, size = sent["id"], sent["bytes"]
    url = scene.server.database_url
    execute(url, f"UPDATE sessions_app_assetfile SET size = {MAX_BYTES_OF_SCENE}")
    full = scene.send(box_model(high=(1, 1, 1)))
    assert (full.status, full.body["code"]) == (413, "asset_limit")
    assert "200 MB" in full.body["detail"]
    execute(url, f"UPDATE sessions_app_assetfile SET size = {size}")
    [(scene_id, file_id)] = rows(url, "SELECT scene_session_id, file_id FROM sessions_app_asset")
    now = "'2026-01-01 00:00:00'"
    numbers = range(1000, 1000 + MAX_ASSETS - 1)
    files = [f"({file_id + n}, 'model', '{n}', '-', 1, '{{}}', true, {now})" for n in numbers]
    assets = [f"({scene_id}, {file_id + n}, 'a{n}', 'a', {now}, {now})" for n in numbers]
    execute(
        url,
        "INSERT INTO sessions_app_assetfile (id, kind, source, path, size, facts, is_stored,"
        f" created_at) VALUES {', '.join(files)}",
    )
    execute(
        url,
        "INSERT INTO sessions_app_asset (scene_session_id, file_id, public_id, name, wanted_at,"
        f" searched_at) VALUES {', '.join(assets)}",
    )
    full = scene.send(box_model(high=(1, 1, 1)))
    assert (full.status, full.body["code"]) == (413, "asset_limit")
    assert "100 models" in full.body["detail"]
    assert scene.get(first, scene.key).status_code == 200
