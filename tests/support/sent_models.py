"""Models that are sent to the scenes of real servers."""

from tests.support.http import http_client
from tests.support.servers import ServerProcess


async def sent(server: ServerProcess, key: str, model: bytes) -> str:
    """The id of a model that was sent to a scene."""
    headers = {"Authorization": f"Session {key}"}
    async with http_client(timeout=60) as http:
        answer = await http.post(f"{server.url}/api/assets/", content=model, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])
