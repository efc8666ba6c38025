"""A request names one host (RFC 9112, section 3.2), at every path, on both servers."""

import pytest

from tests.support.connections import KEY, answers, connected
from tests.support.servers import ServerProcess

# Each with the status of a request that names one host.
PATHS = {
    "/": 200,
    "/mcp": 200,
    "/healthz": 200,
    "/api/": 404,
    "/static/none.js": 404,
    "/ws/scene/": 101,
    "/ws/staff/": 101,
}
ONE = "Host: 127.0.0.1\r\n"
REFUSED = {
    "two": ONE + "Host: evil.example\r\n",
    "the same twice": ONE + ONE,
    "none": "",
    "an empty one": "Host:\r\n",
    "two in one": "Host: 127.0.0.1, evil.example\r\n",
    "a person before it": "Host: evil@127.0.0.1\r\n",
}


def status_of(server: ServerProcess, path: str, version: str, hosts: str) -> int:
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n" + KEY if "/ws/" in path else ""
    own = f"Origin: {server.url}\r\nAccept: text/html\r\n{upgrade}"
    with connected(server.port) as connection:
        connection.sendall(f"GET {path} HTTP/{version}\r\n{hosts}{own}\r\n".encode())
        [line] = answers(connection, 1)
    return int(line.split()[1])


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("path", PATHS)
def test_a_request_that_does_not_name_one_host_is_refused(served: ServerProcess, path: str) -> None:
    # Daphne lets nobody say more of a socket than that it is refused.
    refused = 403 if served.kind == "daphne" and PATHS[path] == 101 else 400
    for name, hosts in REFUSED.items():
        expected = 400 if name == "none" else refused  # which Daphne itself refuses
        assert status_of(served, path, "1.1", hosts) == expected, name
    assert status_of(served, path, "1.0", REFUSED["two"]) == refused
    own = f"Host: 127.0.0.1:{served.port}\r\n"
    assert status_of(served, path, "1.1", own) == PATHS[path]


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("host", ["hello3d_app:8000", "LOCALHOST", "[::1]:80", "127.0.0.1:"])
def test_a_check_of_health_may_use_any_name(served: ServerProcess, host: str) -> None:
    assert status_of(served, "/healthz", "1.1", f"Host: {host}\r\n") == 200


@pytest.mark.requirement("C6")
def test_http_1_0_may_name_none(served: ServerProcess) -> None:
    assert status_of(served, "/healthz", "1.0", "") == 200
