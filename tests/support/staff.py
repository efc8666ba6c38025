"""People who sign in to the admin of a running server."""

from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.servers import ServerProcess
from tests.support.stores import PASSWORD


async def open_admin(
    browser: Browser, server: ServerProcess, *, name: str = "person", width: int = 1280
) -> ScenePage:
    """Sign in by the form; the overview opens and is live."""
    opened = await ScenePage.open(browser, f"{server.url}/admin/", width=width, height=900)
    await opened.page.get_by_label("Username").fill(name)
    await opened.page.get_by_label("Password").fill(PASSWORD)
    await opened.page.get_by_role("button", name="Log in").click()
    return await opened.connected()
