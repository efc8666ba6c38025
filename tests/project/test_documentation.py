"""The documents say what the program does: names, limits, addresses and links, each way round."""

import inspect
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.urls import re_path

from hello3d import asgi, settings, urls
from hello3d.probes import metrics
from mcp_bridge.calls import calling
from mcp_bridge.endpoint.server import build_server
from mcp_bridge.management.commands import mcp_stdio
from mcp_bridge.prompts.catalog import DETAILS, PROMPTS
from mcp_bridge.prompts.lighting import MOODS, SET_UPS
from mcp_bridge.resources import prop_catalog
from mcp_bridge.resources.scene_uris import TEMPLATES, uri_template
from mcp_bridge.resources.subscriptions import MAX_LISTEN_STREAMS, MAX_STREAMS_OF_AN_ADDRESS
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.screenshots import MAX_DATA_LENGTH, MAX_SIDE
from mcp_bridge.transport.protocol_sessions import MAX_TRANSPORTS
from sessions_app import errors
from sessions_app.api import filters, problems
from sessions_app.api import urls as api_urls
from sessions_app.api.pagination import MAX_PAGE_SIZE, PAGE_SIZE
from sessions_app.api.parsing import MAX_BODY_BYTES
from sessions_app.calls import staff_messages
from sessions_app.calls.statistics import statistics, totals
from sessions_app.limits.names import Limit
from sessions_app.scene import document
from sessions_app.scene.changes import patches
from sessions_app.scene.document import kinds
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations.camera import CAMERA_DISTANCE_RANGE
from sessions_app.scene.operations.lights import LIGHT_DISTANCE_RANGE
from sessions_app.scene.operations.model import SCALE_RANGE
from sessions_app.sessions.subscriptions import MAX_SUBSCRIPTIONS
from sessions_app.steering import asking, steering
from sessions_app.wire import page_messages, scene_messages, together_messages
from sessions_app.workers.event_streams import MAX_OPEN
from tests.support.commands import options_of
from tests.support.documents import ROOT, documented_settings, read, rows, section

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("deploy/*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
]
TEXT = "\n".join(path.read_text() for path in DOCUMENTS)
MODULES_WITH_ERRORS = (calling, asking, errors, steering, document, patches)
# In parts, so that this file does not hold what it forbids.
REGISTRIES = [
    ".".join(parts)
    for parts in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]
]
MACHINE_PATH = re.compile(r"(?<![\w.~}>-])/(?:root|work|home|Users|tmp)/[\w.]")


def words(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_every_setting_that_is_read_is_documented_and_no_other() -> None:
    source = inspect.getsource(settings)
    read_names = re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', source)
    assert source.count("env.") == len(read_names)
    assert sorted(documented_settings()) == sorted(set(read_names))


def test_every_setting_has_its_default_and_what_is_accepted_and_short_lines() -> None:
    text = read("docs/settings.md")
    headed = re.findall(r"^### `([A-Z0-9_]+)`\n(.*?)(?=^##|\Z)", text, re.M | re.S)
    for name, told in headed:
        assert re.findall(r"^- (Default|Accepted): \S", told, re.M) == ["Default", "Accepted"], name
    assert [line for line in text.splitlines() if line[:1] == "|" and len(line) > 130] == []


def test_every_tool_is_documented_in_order_with_its_arguments_and_no_other() -> None:
    listed = rows(section("docs/tools.md", "The list"))
    documented = {name: words(listed[name][1]) for name in listed if name not in ("tool", "---")}
    assert list(documented) == [tool.name for tool in TOOLS]
    assert documented == {
        tool.name: set(tool.definition.input_schema["properties"]) for tool in TOOLS
    }


def test_every_option_of_the_stdio_command_is_documented_and_no_other() -> None:
    listed = rows(section("docs/clients.md", "Clients that start a program (stdio)"))
    documented = {option for cell in listed for option in re.findall(r"^--?[a-z][a-z-]*", cell)}
    assert documented == options_of(mcp_stdio.Command())


def test_the_tools_limits_are_documented() -> None:
    limits = rows(section("docs/tools.md", "Limits"))
    for argument, accepted in {
        "size": SCALE_RANGE,
        "intensity": kinds.INTENSITY_RANGE,
        "width": kinds.LIGHT_SIZE_RANGE,
        "distance": CAMERA_DISTANCE_RANGE,
        "fov": kinds.FOV_DEGREES_RANGE,
    }.items():
        assert str(accepted) in limits[argument][1]
    assert str(LIGHT_DISTANCE_RANGE) in limits["x"][1]


def test_every_resource_template_is_documented_and_no_other() -> None:
    documented = {name for name in rows(section("docs/resources.md", "Resources")) if "://" in name}
    templates = {uri_template(part) for part in TEMPLATES}
    assert documented == templates | {prop_catalog.URI, prop_catalog.TEMPLATE.uri_template}


def test_every_prompt_is_documented_with_its_arguments_and_set_ups_and_no_other() -> None:
    text = section("docs/resources.md", "Prompts")
    listed = rows(text)
    documented = {name: words(listed[name][1]) for name in PROMPTS}
    assert documented == {
        name: {argument.name for argument in prompt.arguments} for name, prompt in PROMPTS.items()
    }
    assert set(listed) - {"prompt", "set-up", "---"} == set(PROMPTS) | set(SET_UPS)
    assert words(text) >= {*MOODS, *DETAILS}


def test_the_limits_of_subscriptions_are_documented() -> None:
    text = section("docs/resources.md", "Subscriptions")
    for number, what in (
        (MAX_SUBSCRIPTIONS, "resources"),
        (MAX_LISTEN_STREAMS, "`subscriptions/listen` streams"),
        (MAX_OPEN, "streams in one process"),
    ):
        assert f"| {number} {what}" in text


def test_every_limit_is_documented_by_the_name_it_is_counted_under_and_no_other() -> None:
    listed = rows(section("docs/operations.md", "Limits"))
    assert {name for name in listed if re.fullmatch(r"[a-z_]+", name)} == set(Limit)
    for name, number in {
        Limit.STREAMS: MAX_OPEN,
        Limit.SUBSCRIPTIONS: MAX_SUBSCRIPTIONS,
        Limit.PROTOCOL_SESSIONS: MAX_TRANSPORTS,
        Limit.STREAMS_PER_ADDRESS: MAX_STREAMS_OF_AN_ADDRESS,
    }.items():
        assert listed[name][2] == str(number), name


def error_codes() -> set[str]:
    return {
        member.code
        for module in MODULES_WITH_ERRORS
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, SceneError) and member is not SceneError
    } | {subclass.code for subclass in SceneError.__subclasses__()}


def test_every_error_code_is_documented_and_no_other() -> None:
    errors_section = section("docs/tools.md", "Errors")
    documented = {name for name in rows(errors_section) if re.fullmatch(r"[a-z_]+", name)}
    # An unknown tool is the protocol's error: the record alone has its code.
    assert "`unknown_tool`" in errors_section
    assert documented - {"code", "case"} | {"unknown_tool"} == error_codes()


def test_every_message_of_a_browser_is_documented_with_its_members() -> None:
    listed = rows(section("docs/protocol.md", "From the browser"))
    messages: dict[str, Any] = {
        get_args(model.model_fields["type"].annotation)[0]: model
        for model in get_args(page_messages.BrowserMessage)
    }
    assert set(listed) - {"type", "---"} == set(messages)
    for name, model in messages.items():
        members = {field.alias for field in model.model_fields.values()} - {"type"}
        assert members <= words(listed[name][1]), name


def test_every_message_of_the_server_is_documented_and_no_other() -> None:
    sources = "".join(map(inspect.getsource, (scene_messages, together_messages)))
    sent = set(re.findall(r'"type": ?"(\w+)"', sources))
    documented = set(rows(section("docs/protocol.md", "From the server")))
    assert documented - {"type", "---"} == sent


def test_every_message_of_the_staffs_socket_is_documented_and_no_other() -> None:
    messages: dict[str, Any] = {
        get_args(model.model_fields["type"].annotation)[0]: model
        for model in get_args(staff_messages.StaffMessage)
    }
    sent = set(re.findall(r'"type": ?"(\w+)"', inspect.getsource(staff_messages))) | {"error"}
    listed = rows(section("docs/protocol.md", "Staff"))
    assert set(listed) - {"from the page", "from the server", "---"} == set(messages) | sent
    for name, model in messages.items():
        assert {field.alias for field in model.model_fields.values()} - {"type"} <= words(
            listed[name][1]
        ), name


def test_every_close_code_is_documented_and_no_other() -> None:
    documented = {
        name for name in rows(section("docs/protocol.md", "Close codes")) if name.isdigit()
    }
    codes = {str(code) for code in vars(scene_messages.CloseCode).values() if isinstance(code, int)}
    assert documented == codes


def test_the_documented_start_scene_is_the_start_scene() -> None:
    example = re.search(
        r"```json\n(.*?)```", section("docs/protocol.md", "The scene document"), re.S
    )
    assert example is not None
    assert json.loads(example[1]) == document.new_document()


def test_every_path_that_is_served_is_documented_and_the_other_way_round() -> None:
    sockets = [re_path(*route) for route in asgi.socket_routes]
    patterns = [route.pattern for route in (*urls.urlpatterns, *sockets)]
    mcp_route = re.compile(asgi.http_routes[0][0])
    paths = {name for name in rows(section("docs/operations.md", "The paths")) if name[0] == "/"}
    paths -= {settings.STATIC_URL}
    probes = {route for route, _ in asgi.http_routes[1:-1]}
    for probe in probes:
        assert any(re.match(probe, path[1:]) for path in paths), probe
    probes -= {route for route, _ in asgi.socket_routes}  # a socket's path answers HTTP, too
    paths = {path for path in paths if not any(re.match(probe, path[1:]) for probe in probes)}

    def is_served(path: str) -> bool:
        here = path.removeprefix("/")
        return bool(mcp_route.match(here)) or any(pattern.match(here) for pattern in patterns)

    assert [path for path in paths if not is_served(path)] == []
    for pattern in patterns:
        assert any(pattern.match(path.removeprefix("/")) for path in paths), pattern
    assert any(mcp_route.match(path.removeprefix("/")) for path in paths)


def test_every_path_of_the_api_is_documented_and_no_other() -> None:
    served = {f"/api/{route.pattern}".replace("<str:", "<") for route in api_urls.urlpatterns}
    documented = {name for name in rows(section("docs/api.md", "Endpoints")) if name[0] == "/"}
    assert documented == served - {"/api/"}  # everything else is answered as not found


def test_every_problem_of_the_api_is_documented_with_its_status_and_no_other() -> None:
    listed = rows(section("docs/api.md", "Problems"))
    documented = {name: row[1] for name, row in listed.items() if row[1].isdigit()}
    assert documented == {code: str(int(kind.status)) for code, kind in problems.KINDS.items()}


def test_every_filter_of_the_api_is_documented_and_no_other() -> None:
    listed = rows(section("docs/api.md", "Endpoints"))
    for path, filterset in {
        "/api/sessions/": filters.SessionFilter,
        "/api/sessions/<id>/browsers/": filters.BrowserFilter,
        "/api/sessions/<id>/tool-calls/": filters.ToolCallFilter,
    }.items():
        sentence = re.search(r"Filters?: ([^.]+)", listed[path][1])
        assert sentence is not None
        assert words(sentence[1]) == set(filterset.base_filters), path
    assert f"{PAGE_SIZE} at a time or `pageSize` (1 to {MAX_PAGE_SIZE})" in read("docs/api.md")
    assert f"more than {MAX_BODY_BYTES // 1024} kB" in read("docs/api.md")


def test_a_screenshot_has_the_same_limits_on_the_server_in_the_page_and_in_the_documents() -> None:
    page = read("static/js/ui/jpeg.js")
    assert f"LARGEST_SIDE = {MAX_SIDE};" in page
    assert f"LONGEST_TEXT = {MAX_DATA_LENGTH:_};" in page
    protocol_document = read("docs/protocol.md")
    assert f"at most {MAX_SIDE} pixels" in protocol_document
    assert f"{MAX_DATA_LENGTH:,} characters" in protocol_document
    assert f"at most {MAX_DATA_LENGTH * 3 // 4 // 1000} kB" in read("docs/tools.md")


def test_the_readme_names_both_commands_and_every_named_recipe_exists() -> None:
    assert re.search(r"^make run\b", read("README.md"), re.M)
    assert re.search(r"^make test\b", read("README.md"), re.M)
    recipes = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", TEXT, re.M)) <= recipes


def test_the_server_and_the_changelog_tell_this_version_and_its_date() -> None:
    version = settings.VERSION
    assert build_server().version == version
    releases = re.findall(r"^## (.+)$", read("CHANGELOG.md"), re.M)
    if releases[0] == "Unreleased":
        releases = releases[1:]
    assert releases[0].startswith(f"{version} (")
    dates = [
        re.fullmatch(r"\d+\.\d+\.\d+ \((\d{4}-\d{2}-\d{2})\)", release) for release in releases
    ]
    assert all(dates)
    assert sorted(releases, key=lambda release: release.split("(")[1], reverse=True) == releases


def anchors(path: Path) -> set[str]:
    """The names under which headings can be linked to, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[Path, str]]:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
            if "://" not in target:
                yield path, target


@pytest.mark.parametrize(
    ("path", "target"),
    [pytest.param(path, target, id=f"{path.name}-{target}") for path, target in links()],
)
def test_a_link_between_documents_leads_somewhere(path: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    linked = (path.parent / name).resolve() if name else path
    assert linked.exists()
    assert not anchor or anchor in anchors(linked)


def tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in listed.stdout.strip("\0").split("\0"):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content:
            yield name, content.decode()


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda path: path.stem
)
def test_a_decision_has_the_number_of_its_file(path: Path) -> None:
    number = path.name.partition("-")[0]
    assert path.read_text().startswith(f"# {number}: ")


def test_no_tracked_text_holds_both_sides_of_a_merge() -> None:
    marks = re.compile(r"^(?:<{7}|>{7}) ", re.M)
    assert [name for name, text in tracked_texts() if marks.search(text)] == []


def test_no_tracked_text_names_a_package_registry_or_a_path_of_one_machine() -> None:
    faults = []
    for name, text in tracked_texts():
        faults += [f"{name}: {host}" for host in REGISTRIES if host in text]
        faults += [f"{name}: {found[0]}" for found in MACHINE_PATH.finditer(text)]
    assert faults == []


@pytest.mark.django_db
def test_every_member_of_the_statistics_is_documented_and_no_other() -> None:
    told = statistics().as_json()
    listed = rows(read("docs/statistics.md"))
    assert {name.split(".")[0] for name in listed} - {"member", "---"} >= set(told)
    assert {name for name in listed if name[0].islower() and "." not in name} - {"member"} <= {
        *told,
        *told["browsers"],
        *told["sessionsByAge"],
    }
    text = read("docs/statistics.md")
    for group in ("calls", "routing", "refusals", "activeRequests", "browsers", "sessionsByAge"):
        for member in told[group]:
            assert f"`{member}`" in text or f"`{group}.{member}`" in text
    for member in (*told["series"][0], *told["calls"]["durationsMs"]):
        assert f"`{member}`" in text


@pytest.mark.django_db
def test_every_metric_is_documented_and_no_other() -> None:
    text = section("docs/operations.md", "Metrics")
    suffixes = {"counter": "_total", "info": "_info"}
    families = metrics.ScrapeCollector(totals()).collect()
    told = {family.name + suffixes.get(family.type, "") for family in families}
    ours = {name for name in told if name.startswith("hello3d")}
    assert set(re.findall(r"hello3d_\w+", text)) == ours
    assert all(name.startswith(("process_", "python_")) for name in told - ours)
