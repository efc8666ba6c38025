"""A server for what strangers may send to uvicorn."""

from collections.abc import Iterator

import pytest

from tests.support.connections import SHARE_BYTES
from tests.support.servers import ServerProcess
from tests.support.stores import SqliteTemplate
from tests.support.times import LONGER_THAN_A_TEST, times


@pytest.fixture(scope="package")
def strict_server(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """One that counts this machine's connections, with smaller bounds."""
    folder = tmp_path_factory.mktemp("strict")
    bounds = {
        "hello3d.server.http_protocol.HEAD_WITHIN_SECONDS": 2.0,
        "hello3d.server.socket_protocol.CLOSE_WITHIN_SECONDS": LONGER_THAN_A_TEST,
        "hello3d.server.unread.MAX_BYTES_OF_AN_ADDRESS": SHARE_BYTES // 4,
        "sessions_app.web.bodies.MAX_HELD_BYTES_OF_AN_ADDRESS": SHARE_BYTES,
    }
    environment = {**times(bounds), "RATE_SHARED_ADDRESSES": "203.0.113.0/24"}
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=environment)
    yield server.start()
    server.stop()
    assert "Traceback" not in server.log.read_text()
