"""Ports for the tests' servers that nobody else gets before they listen, or between two starts."""

import os
import socket
import sys
import weakref


class ReservedPort:
    """A port of 127.0.0.1 that the system gives to nobody else while this object lives.

    A port that is only known to be free may be given away again until the server listens, which
    takes seconds on a busy machine; then one test talks to the server of another. A socket that is
    bound and does not listen keeps it: on Linux a second one may bind it if both set SO_REUSEADDR,
    as servers do, but none that asks for any port gets it. Elsewhere it is merely free.
    """

    def __init__(self) -> None:
        held = socket.socket()
        if sys.platform == "linux":
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        self.number = int(held.getsockname()[1])
        if sys.platform == "linux":
            weakref.finalize(self, os.close, held.detach())
        else:
            held.close()
