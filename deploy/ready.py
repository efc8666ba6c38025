"""Exits with 0 when the server is ready: `python deploy/ready.py [PORT|unix:PATH]`."""

import socket
import sys
from http.client import HTTPConnection, HTTPException


def main() -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else "8000"
    kind, _, path = address.partition("unix:")
    connection = HTTPConnection("127.0.0.1", 80 if path else int(kind), timeout=4)
    try:
        if path:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(4)
            connection.sock.connect(path)
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(answer.read().decode())  # the reasons, a line each
    except (OSError, HTTPException) as error:
        sys.exit(f"no answer: {error}")
    finally:
        connection.close()


if __name__ == "__main__":
    main()
