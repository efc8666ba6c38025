"""Browsers without a picture, at the tests' servers."""

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.support.servers import ServerProcess


async def open_browser(
    server: ServerProcess, session_id: str, *, browser_id: str | None = None
) -> SimulatedBrowser:
    """A registered browser that has got its scene."""
    return await SimulatedBrowser.open(server.url, session_id, browser_id=browser_id)
