"""What a client calls itself is kept as one line of which people see every character."""

import json

import pytest
from mcp_types import Implementation

from tests.support.calls import ERAS, call, client_of
from tests.support.servers import ServerProcess
from tests.support.storage import calls_ended, rows

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A3")]

HOSTILE = Implementation(
    name="Goo\u202ed \u200bclient\n\x1b[31m",
    title="\u2066A\u2069 title\u200f",
    version="1\u202e.0",
    description="Two\nlines\u2028more" + "x" * 500,
)


@pytest.mark.parametrize("era", ERAS)
async def test_a_hostile_name_is_stored_as_people_see_it(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era, info=HOSTILE) as client:
        key = (await call(client, "open_session"))["sessionId"]
        changed = await call(client, "change_model_color", color="teal", scene=key)
    assert "\u202e" not in json.dumps(changed, ensure_ascii=False)
    database_url = shared_server.database_url
    await calls_ended(database_url)
    scene = f"edit_key = '{key.replace('-', '')}'"
    [(pk, told)] = rows(
        database_url, f"SELECT id, client_info FROM sessions_app_scenesession WHERE {scene}"
    )
    info = json.loads(told)
    assert info["name"] == "Good client [31m"
    assert info["version"] == "1.0"
    if era == "auto":  # a protocol session's token keeps no more than these
        assert info["title"] == "A title"
        assert info["description"].startswith("Two lines morexxx")
        assert len(info["description"]) <= 280
    of_scene = f"WHERE scene_session_id = {pk}"
    calls = f"SELECT DISTINCT client_name, client_version FROM sessions_app_toolcall {of_scene}"
    assert rows(database_url, calls) == [("Good client [31m", "1.0")]
    causes = rows(database_url, f"SELECT cause FROM sessions_app_scenerevision {of_scene}")
    assert [json.loads(cause)["by"] for (cause,) in causes] == ["A title"]
