"""What pages load: how much at a first visit, nothing at a second, and what without a build."""

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from playwright.async_api import Browser, Page, Response, expect
from pytest_django import Settings

from hello3d.files import storage
from hello3d.files.storage import HashedFiles, NotBuiltError
from tests.conftest import StartServer
from tests.support.attacks import largest_file
from tests.support.browsers import WAIT_MS, ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.connections import slow_reader
from tests.support.http import get, http_client
from tests.support.servers import ServerProcess
from tests.support.stores import PASSWORD, SqliteTemplate, create_staff
from tests.support.tokens import SIGN_IN
from tests.support.traffic import Traffic
from tests.support.waiting import until_true

pytestmark = pytest.mark.anyio

PRODUCTION = {
    "DJANGO_DEBUG": "false",
    "DJANGO_SECRET_KEY": "a key of the tests that nobody else uses",
    "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
}
HASHED = re.compile(r"/static/(chunks/[\w-]+-[0-9A-Z]{8}\.js|[\w/.-]+\.[0-9a-f]{12}\.\w+)")
NOT_BUILT = "the page is not built: run `make page`, then start the server again"
# Each page for staff that loads something of its own, and what shows that it is there.
STAFF_PAGES = (
    ("admin/", ".uplot"),
    ("admin/sessions_app/scenesession/", "#result_list"),
    ("admin/sessions_app/scenesession/1/change/", "#session[data-drawn-revision]"),
    ("admin/auth/user/1/change/", ".selector-filter"),
    ("admin/auth/user/add/", "#id_usable_password"),
    ("admin/auth/group/1/delete/", "[type=submit]"),
    ("admin/password_change/", "#id_old_password"),
    ("api/docs/", ".opblock"),
)


@pytest.fixture(scope="module")
def production(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("production")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=PRODUCTION)
    yield server.start()
    server.stop()


async def open_watched(browser: Browser) -> tuple[Page, Traffic]:
    page = await browser.new_page()
    page.set_default_timeout(WAIT_MS)
    return page, await Traffic.of(page)


async def visit(page: Page, traffic: Traffic, url: str, seen: str) -> None:
    """Open the page and wait until it has loaded everything that it loads by itself."""
    traffic.forget()
    await page.goto(url, wait_until="networkidle")
    await expect(page.locator(seen).first).to_be_attached()


async def test_a_first_visit_keeps_to_its_budget_and_a_second_asks_for_the_page_alone(
    production: ServerProcess, browser: Browser
) -> None:
    async with client_of(production, "auto") as client:
        key = await open_scene(client)
    page, traffic = await open_watched(browser)
    await page.goto(f"{production.url}/?sessionId={key}")
    await expect(page.locator("html")).to_have_attribute("data-revision", "0")
    assert len(traffic.over_the_wire) <= 12
    assert traffic.bytes <= 330_000
    assert traffic.failures == []
    await visit(page, traffic, page.url, "html[data-revision]")
    assert [one.path for one in traffic.over_the_wire] == ["/"]
    await page.close()


async def test_the_page_without_a_scene_is_light(
    production: ServerProcess, browser: Browser
) -> None:
    page, traffic = await open_watched(browser)
    await visit(page, traffic, production.url, "main")
    assert traffic.bytes <= 60_000
    assert traffic.failures == []
    await visit(page, traffic, production.url, "main")
    assert [one.path for one in traffic.over_the_wire] == ["/"]
    await page.close()


@pytest.mark.long
async def test_staff_load_every_published_file_each_once_and_by_a_hashed_name(
    start_server: StartServer, database_url: str, browser: Browser
) -> None:
    create_staff(database_url)
    server = start_server(database_url, environment=PRODUCTION | SIGN_IN)
    opened = await ScenePage.open(browser, f"{server.url}/admin/login/")
    page, context = opened.page, opened.page.context
    loaded: set[str] = set()
    context.on("request", lambda request: loaded.add(request.url.removeprefix(server.url)))
    traffic = await Traffic.of(page)
    await visit(page, traffic, f"{server.url}/admin/login/", "#id_username")
    await visit(page, traffic, f"{server.url}/camera", "canvas")
    await visit(page, traffic, f"{server.url}/mcp", "#copied-other")
    await visit(page, traffic, f"{server.url}/accounts/login/", "#sign-in-form")
    await page.fill("#username", "person")
    await page.fill("#password", PASSWORD)
    await page.click("form button[type=submit]")
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.shows(0)
    await page.goto(f"{server.url}/admin/auth/user/1/change/")
    await add_group_in_a_window_of_its_own(page)
    policies: list[str | None] = []
    page.on("response", lambda answer: policies.extend(policy_of(answer)))
    for path, seen in STAFF_PAGES:
        await visit(page, traffic, f"{server.url}/{path}", seen)
        assert traffic.failures == [], path
        await visit(page, traffic, f"{server.url}/{path}", seen)
        again = [one.path for one in traffic.over_the_wire if one.path.startswith("/static/")]
        assert again == [], path
    assert opened.complaints == []
    assert len(policies) == 2 * len(STAFF_PAGES)
    assert all(policy and "frame-ancestors 'none'" in policy for policy in policies)
    await context.close()
    files = {path for path in loaded if path.startswith("/static/")}
    assert [path for path in files if not HASHED.fullmatch(path)] == []
    published = json.loads((settings.BUILD_DIR / "static.json").read_text())["paths"].values()
    # What only some scenes have, or a person chooses, is loaded then; the camera loads its own.
    needed = json.loads((settings.BUILD_DIR / "preloads.json").read_text())
    at_once = {name for page, modules in needed.items() for name in modules[page]}
    at_once |= {*needed["js/main.js"]["js/ui/scene_page.js"]}
    all_needed = {
        name for modules in needed.values() for names in modules.values() for name in names
    }
    expected = {*published} - (all_needed - at_once)
    assert {f"/static/{name}" for name in expected if name.endswith((".js", ".css"))} <= files


def policy_of(answer: Response) -> list[str | None]:
    """Of a page, its policy; of what it loads, nothing."""
    is_page = answer.request.is_navigation_request()
    return [answer.headers.get("content-security-policy")] if is_page else []


async def add_group_in_a_window_of_its_own(page: Page) -> None:
    async with page.expect_popup() as opening:
        await page.click("#add_id_groups")
    window = await opening.value
    await window.fill("#id_name", "a group")
    async with window.expect_event("close"):
        await window.click("[name=_save]")
    await expect(page.locator("#id_groups_to option")).to_have_text("a group")


async def test_only_hashed_files_are_published_compressed_and_for_ever() -> None:
    names = {
        file.relative_to(settings.STATIC_ROOT).as_posix()
        for file in settings.STATIC_ROOT.rglob("*")
        if file.is_file()
    }
    plain = {name for name in names if not name.endswith((".br", ".gz"))}
    published = json.loads((settings.BUILD_DIR / "static.json").read_text())["paths"].values()
    assert plain == set(published)
    assert {name.removesuffix(".br") for name in names if name.endswith(".br")} >= {
        name for name in plain if name.endswith((".js", ".css"))
    }
    for name in plain:
        text = (settings.STATIC_ROOT / name).read_bytes()
        assert HASHED.fullmatch(f"/static/{name}"), name
        assert b"sourceMappingURL=" not in text, name
    licenses = (settings.BUILD_DIR / "licenses.txt").read_text()
    named = re.findall(r"^((?:@[a-z-]+/)?[a-z][a-z-]+)$", licenses, re.M)
    assert named == [
        "@expo-google-fonts/fira-sans", "@gltf-transform/core", "@gltf-transform/extensions",
        "@gltf-transform/functions", "camera-controls", "gltf-validator", "iota-array", "is-buffer",
        "ktx-parse", "lit", "lit-html", "meshoptimizer", "ndarray", "ndarray-lanczos",
        "property-graph", "three", "uplot",
    ]  # fmt: skip
    assert "SIL OPEN FONT LICENSE Version 1.1" in licenses
    locked = json.loads((settings.BASE_DIR / "package-lock.json").read_text())["packages"]
    only_for_tests = [name for name in named if "dev" in locked[f"node_modules/{name}"]]
    assert only_for_tests == [], "a fresh clone builds the page without the packages of tests"


async def test_files_are_answered_as_small_as_the_browser_can_read(
    production: ServerProcess,
) -> None:
    async with http_client(base_url=production.url) as http:
        page = (await http.get("/?sessionId=00000000-0000-4000-8000-000000000000")).text
        for path in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:js|css))"', page):
            as_it_is = {"accept-encoding": "identity"}
            whole = await http.get(path, headers=as_it_is)
            for encoding in ("br", "gzip"):
                answer = await http.get(path, headers={"accept-encoding": f"{encoding}, deflate"})
                assert answer.headers["content-encoding"] == encoding
                assert answer.headers["cache-control"] == "max-age=315360000, public, immutable"
                assert int(answer.headers["content-length"]) < len(whole.content)
            head = await http.head(path)
            assert (head.status_code, head.content) == (HTTPStatus.OK, b"")
            some = await http.get(path, headers={"range": "bytes=5-9", **as_it_is})
            assert (some.status_code, some.content) == (206, whole.content[5:10])
        for path in ("js/main.js", "static.json", "css/base.css", "../preloads.json", ""):
            assert (await http.get(f"/static/{path}")).status_code == HTTPStatus.NOT_FOUND


def _without_a_file(build: Path) -> None:
    next((build / "static/css").glob("page.*.css")).unlink()


def _without_static(build: Path) -> None:
    shutil.rmtree(build / "static")


def _without_an_end(build: Path) -> None:
    manifest = build / "static.json"
    manifest.write_text(manifest.read_text()[:-20])


def _without_preloads(build: Path) -> None:
    (build / "preloads.json").unlink()


def _older_than_the_templates(build: Path) -> None:
    manifest = build / "static.json"
    manifest.write_text(manifest.read_text().replace('"js/main.js"', '"js/before.js"'))


@pytest.mark.parametrize(
    "spoil",
    [
        _without_a_file, _without_static, _without_an_end, _without_preloads,
        _older_than_the_templates,
    ],
    ids=lambda spoil: spoil.__name__,
)  # fmt: skip
def test_a_build_that_lacks_something_counts_as_none(
    spoil: Callable[[Path], None], tmp_path: Path, settings: Settings
) -> None:
    good = settings.BUILD_DIR
    settings.DEBUG = False
    assert HashedFiles().is_built()
    settings.BUILD_DIR = tmp_path / "build"
    settings.STATIC_ROOT = settings.BUILD_DIR / "static"
    shutil.copytree(good, settings.BUILD_DIR, ignore=shutil.ignore_patterns("tools"))
    spoil(settings.BUILD_DIR)
    files = HashedFiles()
    assert not files.is_built()
    with pytest.raises(NotBuiltError):
        files.url("css/page.css")


def test_in_production_files_that_go_are_missed_and_those_that_come_back_are_served(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LOOK_AGAIN_AFTER_SECONDS", 0)
    good = settings.BUILD_DIR
    settings.DEBUG = False
    settings.BUILD_DIR = tmp_path / "build"
    settings.STATIC_ROOT = settings.BUILD_DIR / "static"
    shutil.copytree(good, settings.BUILD_DIR, ignore=shutil.ignore_patterns("tools"))
    files = HashedFiles()
    assert files.is_built()
    settings.STATIC_ROOT.rename(tmp_path / "away")
    assert not files.is_built()
    (tmp_path / "away").rename(settings.STATIC_ROOT)
    assert files.is_built()


@pytest.mark.parametrize("kind", ["production", "shared_server", "daphne"])
async def test_files_are_answered_as_http_has_it(
    request: pytest.FixtureRequest, start_server: StartServer, database_url: str, kind: str
) -> None:
    if kind == "daphne":
        server = start_server(database_url, kind="daphne")
    else:
        server = request.getfixturevalue(kind)
    path, as_it_is = largest_file(), {"accept-encoding": "identity"}
    content = (settings.STATIC_ROOT / path.removeprefix("/static/")).read_bytes()
    size = len(content)
    async with http_client(base_url=server.url) as http:
        whole = await http.get(path, headers=as_it_is)
        assert (whole.status_code, whole.content) == (HTTPStatus.OK, content)
        assert whole.headers["content-length"] == str(size)
        assert whole.headers["access-control-allow-origin"] == "*"
        assert whole.headers["x-content-type-options"] == "nosniff"
        assert whole.headers["referrer-policy"] == "same-origin"
        packed = await http.get(path, headers={"accept-encoding": "br, gzip"})
        assert (packed.headers["content-encoding"], packed.content) == ("br", content)
        for span, first, last in (
            ("bytes=100000-300000", 100_000, 300_000),
            ("bytes=-70000", size - 70_000, size - 1),
            (f"bytes={size - 2}-", size - 2, size - 1),
        ):
            some = await http.get(path, headers={"range": span, **as_it_is})
            assert (some.status_code, some.content) == (206, content[first : last + 1])
            assert some.headers["content-range"] == f"bytes {first}-{last}/{size}"
        beyond = await http.get(path, headers={"range": f"bytes={size}-", **as_it_is})
        assert (beyond.status_code, beyond.content) == (416, b"")
        for condition in (
            {"if-none-match": whole.headers["etag"]},
            {"if-modified-since": whole.headers["last-modified"]},
        ):
            same = await http.get(path, headers=condition)
            assert (same.status_code, same.content) == (HTTPStatus.NOT_MODIFIED, b"")
            assert same.headers["etag"] == whole.headers["etag"]
        head = await http.head(path, headers=as_it_is)
        assert (head.headers["content-length"], head.content) == (str(size), b"")
        post = await http.post(path, content=b"x")
        assert (post.status_code, post.headers["allow"]) == (405, "GET, HEAD")


def test_a_file_that_nobody_reads_takes_little_memory(production: ServerProcess) -> None:
    request = f"GET {largest_file()} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    process = psutil.Process(production.pid)
    before = process.memory_info().rss
    with contextlib.ExitStack() as stack:
        readers = [
            stack.enter_context(slow_reader("127.0.0.1", production.port)) for _ in range(100)
        ]
        for reader in readers:
            reader.sendall(request)
        for reader in readers:
            assert reader.recv(20).startswith(b"HTTP/1.1 200")
        assert len(get(production.url + largest_file()).content) > 1_000_000  # for all others
        assert process.num_fds() < 200  # one for each of them, none for each file
        assert process.memory_info().rss - before < 30_000_000


@pytest.mark.parametrize("debug", ["true", "false"])
async def test_without_a_build_a_server_says_so_and_serves_clients_all_the_same(
    start_server: StartServer, database_url: str, tmp_path: Path, debug: str
) -> None:
    build = tmp_path / "build"
    server = start_server(
        database_url,
        environment={
            **PRODUCTION,
            "DJANGO_SETTINGS_MODULE": "tests.settings_unbuilt",
            "DJANGO_DEBUG": debug,
            "BUILD_DIR": str(build),
        },
    )
    lines = [line for line in server.log.read_text().splitlines() if "[error " in line]
    assert len(lines) == 1
    assert NOT_BUILT in lines[0]
    async with client_of(server, "auto") as client:
        await open_scene(client)
    async with http_client(base_url=server.url) as http:
        for path in ("/", "/admin/login/", "/api/docs/"):
            answer = await http.get(path)
            assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            assert answer.text == f"{NOT_BUILT.capitalize()}.\n"
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.text) == (503, f"not ready\n{NOT_BUILT}\n")
        shutil.copytree(settings.BUILD_DIR, build)
        # In development it is served from now on; files that come later production does not see.
        expected = HTTPStatus.OK if debug == "true" else HTTPStatus.SERVICE_UNAVAILABLE

        async def is_expected() -> bool:
            return (await http.get("/readyz")).status_code == expected

        await until_true(is_expected, pause=0.1)  # what was found holds for a second
        assert (await http.get("/")).status_code == expected
        if debug == "true":
            next((build / "static/js").glob("main.*.js")).unlink()
            expected = HTTPStatus.SERVICE_UNAVAILABLE
            await until_true(is_expected, pause=0.1)
            assert (await http.get("/")).text == f"{NOT_BUILT.capitalize()}.\n"
    assert "Traceback" not in server.log.read_text()
