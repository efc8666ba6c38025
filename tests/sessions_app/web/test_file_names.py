"""Files are called as what is in them, as every file system takes it; pages do the same."""

import json
from pathlib import Path

import pytest

from sessions_app.web.file_names import file_name

CASES = json.loads((Path(__file__).parents[2] / "fixtures/file_names.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "extension", "expected"), CASES)
def test_a_file_is_called_as_what_is_in_it(name: str, extension: str, expected: str) -> None:
    assert file_name(name, extension) == expected


def test_a_long_name_is_cut() -> None:
    assert file_name("a" * 500, "json") == f"{'a' * 60}.json"
