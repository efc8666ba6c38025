"""The servers of the tests: each is its own, whatever else starts on the machine meanwhile."""

import errno
import socket
from pathlib import Path

import pytest

from tests.support.ports import ReservedPort
from tests.support.servers import ServerProcess
from tests.support.storage import rows
from tests.support.stores import PostgresTemplate


@pytest.mark.skipif("sys.platform != 'linux'", reason="only Linux can keep a port for a server")
def test_nobody_else_gets_the_port_of_a_server_that_does_not_listen_yet(tmp_path: Path) -> None:
    server = ServerProcess("sqlite:///:memory:", tmp_path / "log")
    with socket.socket() as other, pytest.raises(OSError, match="in use") as refused:
        other.bind(("127.0.0.1", server.port))
    assert refused.value.errno == errno.EADDRINUSE
    with socket.socket() as itself:
        itself.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        itself.bind(("127.0.0.1", server.port))
        itself.listen()


def test_other_runs_of_tests_do_not_lock_the_database_out_of_its_folder(
    postgres_template: PostgresTemplate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    of_pytest = tmp_path_factory.getbasetemp().parent.parent
    mode = of_pytest.stat().st_mode
    of_pytest.chmod(0o700)  # as each pytest does that starts
    try:
        assert rows(postgres_template.empty(), "SELECT 1") == [(1,)]
    finally:
        of_pytest.chmod(mode)


def test_a_port_is_given_back() -> None:
    number = ReservedPort().number
    with socket.socket() as other:
        other.bind(("127.0.0.1", number))
