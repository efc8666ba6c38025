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


def test_the_database_lies_outside_the_folder_that_each_run_of_pytest_closes_to_its_user(
    postgres_template: PostgresTemplate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.getbasetemp()
    [(folder,)] = rows(postgres_template.empty(), "SHOW data_directory")
    closed = {parent for parent in (own, *own.parents) if parent.name.startswith("pytest-")}
    assert closed
    assert not closed & set(Path(folder).parents)


def test_a_port_is_given_back() -> None:
    number = ReservedPort().number
    with socket.socket() as other:
        other.bind(("127.0.0.1", number))
