"""The tests themselves: what they share has an owner in `tests/support/`."""

import ast
import subprocess
from collections.abc import Iterator

from tests.support.documents import ROOT


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield each module of the tests with its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "tests/*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for path in listed.stdout.split():
        yield path, ast.parse((ROOT / path).read_text())


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what a module imports, by its whole name, with the line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


def test_no_module_imports_a_test_module() -> None:
    assert [
        f"{path}:{line} {name}"
        for path, module in modules()
        for line, name in imported(module)
        if name.startswith("tests.") and ".test_" in name
    ] == []
