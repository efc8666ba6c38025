"""People who sign in to the admin of a running server."""

import os
import subprocess
import sys

from playwright.async_api import Browser

from sessions_app.simulation.servers import PROJECT
from tests.support.browsers import ScenePage
from tests.support.servers import ServerProcess

PASSWORD = "correct horse battery staple"


def make_superuser(database_url: str, name: str = "ada") -> None:
    """Make an account for the admin, in a process of its own."""
    environment = {
        **os.environ, "DATABASE_URL": database_url, "DJANGO_SUPERUSER_PASSWORD": PASSWORD
    }  # fmt: skip
    command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--username", name]
    subprocess.run(
        [*command, "--email", "", "--verbosity", "0"],
        cwd=PROJECT,
        env=environment,
        check=True,
        timeout=60,
    )


async def open_admin(
    browser: Browser, server: ServerProcess, *, name: str = "ada", width: int = 1280
) -> ScenePage:
    """Sign in by the form; the overview opens and is live."""
    opened = await ScenePage.open(browser, f"{server.url}/admin/", width=width, height=900)
    await opened.page.get_by_label("Username").fill(name)
    await opened.page.get_by_label("Password").fill(PASSWORD)
    await opened.page.get_by_role("button", name="Log in").click()
    return await opened.connected()
