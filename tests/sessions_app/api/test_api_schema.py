"""The API's own document: valid, true to what the server answers, and readable in a browser."""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.async_api import Browser, Page, expect

from sessions_app.api import urls
from tests.support.api import ApiClient
from tests.support.browsers import ScenePage
from tests.support.http import get, http_client
from tests.support.servers import ServerProcess
from tests.support.stores import PASSWORD, SqliteTemplate, add_staff

pytestmark = pytest.mark.requirement("E4")

SCHEMATHESIS_WITHIN_SECONDS = 170
STAFF = "staff"
UNLIMITED = {
    "API_RATE": "off",
    "API_TOKEN_RATE": "off",
    "MCP_MAX_SESSIONS": "1000000",
    "MCP_MAX_SESSIONS_PER_USER": "1000000",
}
# What a cursor may be, no schema says.
CONFIGURATION = """
[parameters]
"query.cursor" = ""
"""
# It ends the token that the rest needs: it is asked by itself, with a token of its own.
REST = ("--exclude-operation-id", "revokeToken")
REVOCATION = ("--include-operation-id", "revokeToken")
EXAMPLES = 3
READERS = 6
MANY_EXAMPLES = 60


@pytest.mark.django_db
def test_the_document_is_valid_and_nothing_in_it_is_guessed() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


@pytest.mark.django_db
def test_the_document_has_every_path_with_its_problems_and_who_may_ask() -> None:
    document = ApiClient().get("schema/").body
    assert document["openapi"].startswith("3.1")
    hidden = {"schema", "docs", None}
    routes = [route for route in urls.urlpatterns if route.name not in hidden]
    assert set(document["paths"]) == {
        f"/api/{route.pattern}".replace("<str:", "{").replace(">", "}") for route in routes
    }
    for operation in [one for path in document["paths"].values() for one in path.values()]:
        name, answers = operation["operationId"], operation["responses"]
        assert operation["summary"], name
        assert operation["security"], name
        for status in [status for status in answers if int(status) >= 400]:
            assert "application/problem+json" in answers[status]["content"], (name, status)
        assert {"403", "413", "429", "500"} <= set(answers), name
    assert set(document["components"]["securitySchemes"]) == {"token", "cookie", "sceneKey"}


@dataclass(frozen=True)
class FirstRead:
    """A server, and how it answered those who asked for its document first, all at once."""

    server: ServerProcess
    statuses: list[int]


@pytest.fixture(scope="module")
def first_read(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FirstRead]:
    """A server without limits, with one member of staff."""
    folder = tmp_path_factory.mktemp("api")
    server = ServerProcess(sqlite_template.copy(folder), log=folder / "log", environment=UNLIMITED)
    add_staff(server.database_url, STAFF)
    path = f"{server.start().url}/api/schema/"
    with ThreadPoolExecutor() as threads:
        statuses = [answer.status_code for answer in threads.map(get, [path] * READERS)]
    yield FirstRead(server, statuses)
    server.stop()
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="module")
def api_server(first_read: FirstRead) -> ServerProcess:
    return first_read.server


def test_the_first_to_read_the_document_may_come_at_once(first_read: FirstRead) -> None:
    assert first_read.statuses == [200] * READERS


async def staffs_header(server: ServerProcess) -> str:
    """What staff authenticate with, who have a session to ask about."""
    async with http_client(base_url=f"{server.url}/api/") as http:
        body = {"username": STAFF, "password": PASSWORD}
        header = f"Token {(await http.post('token/', json=body)).json()['token']}"
        made = await http.post("sessions/", headers={"authorization": header})
        assert made.status_code == 201
    return f"Authorization: {header}"


async def require_no_failure(server: ServerProcess, folder: Path, *options: str) -> None:
    """Have Schemathesis ask a server whatever its document allows, and what it does not."""
    command = Path(sys.executable).with_name("schemathesis")
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    async with asyncio.timeout(SCHEMATHESIS_WITHIN_SECONDS):
        process = await asyncio.create_subprocess_exec(
            command, "run", f"{server.url}/api/schema/", "-H", await staffs_header(server),
            "--seed", "20261121", "--generation-database", "none", "--no-color", *options,
            cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()[-8000:]


@pytest.mark.anyio
async def test_the_server_answers_as_its_document_says(
    api_server: ServerProcess, tmp_path: Path
) -> None:
    options = ("--max-examples", str(EXAMPLES), "--phases", "examples,fuzzing")
    await require_no_failure(api_server, tmp_path, *REST, *options)
    await require_no_failure(api_server, tmp_path, *REVOCATION, *options)


@pytest.mark.long
@pytest.mark.anyio
async def test_the_server_answers_many_requests_and_sequences_as_its_document_says(
    api_server: ServerProcess, tmp_path: Path
) -> None:
    options = ("--max-examples", str(MANY_EXAMPLES))
    await require_no_failure(api_server, tmp_path, *REST, *options)
    await require_no_failure(api_server, tmp_path, *REVOCATION, *options)


CHANGE_THEME = """async () => {
  const token = document.cookie.match(/_csrf=([^;]+)/)[1];
  const change = (headers) => fetch("/api/me/", {
    method: "PATCH",
    body: '{"theme": "dark"}',
    headers: {"Content-Type": "application/json", ...headers},
  }).then((answer) => answer.json());
  return [await change({}), await change({"X-CSRFToken": token})];
}"""


async def sign_in(page: Page, server: ServerProcess) -> None:
    await page.goto(f"{server.url}/admin/login/")
    await page.get_by_label("Username").fill(STAFF)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"{server.url}/admin/")


@pytest.mark.anyio
@pytest.mark.requirement("C9")
async def test_the_page_shows_the_document_and_tries_it_as_whoever_is_signed_in(
    api_server: ServerProcess, browser: Browser
) -> None:
    context = await browser.new_context()
    await sign_in(await context.new_page(), api_server)
    shown = await ScenePage.open_in(await context.new_page(), f"{api_server.url}/api/docs/")
    page = shown.page
    await page.get_by_text("Start a new scene").click()
    await page.get_by_role("button", name="Try it out").click()
    await page.get_by_role("button", name="Execute").click()
    await expect(page.get_by_text("browserUrl").first).to_be_visible()
    assert shown.complaints == []
    refused, changed = await page.evaluate(CHANGE_THEME)
    assert (refused["code"], changed["theme"]) == ("csrf_failed", "dark")
    await shown.close()
