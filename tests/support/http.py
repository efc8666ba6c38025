"""HTTP as the tests ask it: whoever asks waits as long as tests wait for anything."""

import functools
import ssl
import time
from typing import Any

import httpx2

from tests.support.waiting import WITHIN_SECONDS


@functools.cache
def trust() -> ssl.SSLContext:
    """The certificates that are trusted: each client by itself would take 50 ms to load them."""
    return ssl.create_default_context()


def http_client(**options: Any) -> httpx2.AsyncClient:
    """By itself the client would give up after five seconds."""
    return httpx2.AsyncClient(**{"timeout": WITHIN_SECONDS, "verify": trust(), **options})


def get(url: str) -> httpx2.Response:
    return httpx2.get(url, timeout=WITHIN_SECONDS, verify=trust())


def is_ready(origin: str) -> bool:
    """Whether a server comes to say that it can serve; its first look may take more than it may."""
    end = time.monotonic() + WITHIN_SECONDS
    while get(f"{origin}/readyz").status_code != 200:
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True
