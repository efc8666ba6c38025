"""What contributors and operators copy: the lists of places, and the settings to uncomment."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.documents import ROOT, documented_settings, read, section
from tests.support.waiting import WITHIN_SECONDS

# Each list follows one that is there already, by the name that stands at every place of it.
FOLLOWED = {
    "Add a tool": "change_model_size",
    "Add a kind of object": "capsule",
    "Add a setting": "SCENE_CREATION_QUOTA",
}
# Made of what there is: no place where a kind has to be added.
RECIPES = "sessions_app/scene/props/recipes/"
CALLED_IN_THE_SCENE = "set_model_size"  # that tool's operation
# Nobody may run with a secret that others can read here; and of these two one alone may be set.
SECRETS = {
    "DJANGO_SECRET_KEY": "a key of the tests, long enough for production",
    "DJANGO_SECRET_KEY_FALLBACKS": "an earlier key of the tests that is long enough",
    "METRICS_TOKEN": "a token of the tests",
    "MCP_BEARER_TOKEN": "a token of the tests",
}
NAMED_IN_WORDS = {"MCP_JWT_SECRET"}


def paths(text: str) -> set[str]:
    """What stands in backticks and looks like a path of the project."""
    return set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w.-]+\.(?:py|md|toml|example))`", text))


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "SECURITY.md", "deploy/README.md"])
def test_every_path_that_is_named_exists(document: str) -> None:
    made_later = {"build/", "dist/", "deploy/.env"}
    assert [path for path in paths(read(document)) - made_later if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(("heading", "name"), FOLLOWED.items())
def test_a_list_of_places_is_complete(heading: str, name: str) -> None:
    text = section("CONTRIBUTING.md", heading)
    assert f"`{name}`" in text
    command = ["git", "grep", "--files-with-matches", "--word-regexp", name]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    places = set(found.stdout.split()) - {"CONTRIBUTING.md", "CHANGELOG.md"}
    outside_tests = {
        place for place in places if not place.startswith(("tests/", "docs/decisions", RECIPES))
    }
    assert outside_tests <= paths(text)


@pytest.mark.parametrize(("heading", "name"), FOLLOWED.items())
def test_a_list_of_places_names_no_file_that_is_none(heading: str, name: str) -> None:
    lines = [line for line in section("CONTRIBUTING.md", heading).splitlines() if "|" in line]
    listed = {path for line in lines for path in paths(line.split("|")[1])}
    place = re.compile(rf"\b(?:{name}|{CALLED_IN_THE_SCENE})\b")
    files = [path for path in listed if (ROOT / path).is_file()]
    assert files
    assert [path for path in files if not place.search(read(path))] == []


def example_settings() -> dict[str, str]:
    return dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", read(".env.example"), re.M))


def test_the_example_has_each_documented_setting_commented_out_with_its_meaning() -> None:
    text = read(".env.example")
    lines = text.splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []
    documented = set(documented_settings()) - {"HELLO3D_ENV_FILE"}
    assert set(example_settings()) == documented - NAMED_IN_WORDS
    assert all(name in text for name in NAMED_IN_WORDS)
    for before, line in itertools.pairwise(lines):
        if re.match(r"# [A-Z0-9_]+=", line):
            assert before.startswith("# "), line
    assert {name for name, value in example_settings().items() if not value} == set(SECRETS)


def test_every_value_of_the_example_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    pairs = (example_settings() | SECRETS).items()
    file.write_text("".join(f"{name}={value}\n" for name, value in pairs))
    program = (
        "import json, manage; manage.read_env_file(); from hello3d import settings as read;"
        "print(json.dumps([read.PUBLIC_ORIGIN, read.DEBUG, read.TRACES_URL, read.MCP_JWT_ISSUERS]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"HELLO3D_ENV_FILE": str(file)},
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_SECONDS,
    )
    assert told.stderr == ""
    assert json.loads(told.stdout) == [
        "https://scenes.example.org",
        False,
        "https://otel.example.org/v1/traces",
        ["https://id.example.org"],
    ]
