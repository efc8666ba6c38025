"""HTTP as the tests ask it: whoever asks waits as long as tests wait for anything."""

from typing import Any

import httpx2

from tests.support.waiting import WITHIN_SECONDS


def http_client(**options: Any) -> httpx2.AsyncClient:
    """By itself the client would give up after five seconds."""
    return httpx2.AsyncClient(timeout=WITHIN_SECONDS, **options)
