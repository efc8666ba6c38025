"""A scene of the test's own, and a page that has joined it."""

from collections.abc import AsyncIterator

import pytest

from sessions_app.models import SceneSession
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.communicating import Communicator
from tests.support.edits import joined
from tests.support.scenes import make_scene_session


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await worker.stop()


@pytest.fixture
async def page(scene: SceneSession) -> AsyncIterator[Communicator]:
    socket = await joined(scene)
    yield socket
    await socket.disconnect()
