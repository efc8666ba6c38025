"""Lends its standard streams to a process that begins elsewhere, and ends as that one ends.

It is what a client starts (tests/support/standing_in.py), and loads next to nothing.
"""

import os
import socket
import sys

with socket.socket(socket.AF_UNIX) as borrower:
    borrower.connect(sys.argv[1])
    socket.send_fds(borrower, [b"-"], [0, 1, 2])
    os.closerange(0, 3)  # the other process alone shall say when they end
    code = borrower.recv(1)
os._exit(code[0] if code else 1)
