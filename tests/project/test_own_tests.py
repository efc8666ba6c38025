"""The tests themselves: what they share has an owner; what they test, they use as others do."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache

from tests.support.documents import ROOT

# Not ours, with no other name for it; for each, why a test needs it.
OF_OTHERS = {
    "_meta": "Django documents it",
    "_default_manager": "Django documents it",
    "_exit": "Python documents it",
    "_replace": "Python documents it",
    "_run_exitfuncs": "Python: what a fork's end would leave out",
    "_server_instances": "the MCP SDK: what a server holds can be counted nowhere else",
    "_request_streams": "the MCP SDK: the same",
}
# Ours. The process logs such a warning once, and another test may have had it.
EXCEPTIONS = {("tests/sessions_app/web/test_forwarded.py", "origins._warn_once")}
OURS = re.compile(r"(hello3d|mcp_bridge|sessions_app|tests)(\.\w+)*\._(?!_)\w+(\.\w+)*")
BY_NAME = {"getattr", "setattr", "delattr", "hasattr"}


@cache
def modules() -> dict[str, ast.Module]:
    """Return each module of the tests and benchmarks by its path.

    Other people's clients are run in environments of their own.
    """
    patterns = ("tests/*.py", "bench/*.py", ":!tests/clients/")
    command = ["git", "ls-files", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {path: ast.parse((ROOT / path).read_text()) for path in listed.stdout.split()}


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what a module imports, by its whole name, with the line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def defined(node: ast.AST) -> str:
    """Return the name that a node gives: to its module, to a class or to its own object."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return node.attr if ast.unparse(node.value) in ("self", "cls") else ""
    return ""


def reached(node: ast.AST) -> str:
    """Return the private name that an expression reaches for, if it does, as it stands there."""
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) if is_private(node.attr) else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if OURS.fullmatch(node.value) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        given = [str(each.value) for each in node.args[:2] if isinstance(each, ast.Constant)]
        if called in BY_NAME and any(map(is_private, given)):
            return ast.unparse(node)
    return ""


def private(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield where a module reaches for a private name that is not its own."""
    for line, name in imported(module):
        if any(is_private(part) for part in name.split(".")):
            yield line, name
    known = {*map(defined, ast.walk(module)), *OF_OTHERS}
    for node in ast.walk(module):
        if not isinstance(node, ast.expr):
            continue
        name = reached(node)
        if name and (name.startswith("super().") or name.rpartition(".")[2] not in known):
            yield node.lineno, name


def test_no_module_imports_a_test_module() -> None:
    assert [
        f"{path}:{line} {name}"
        for path, module in modules().items()
        for line, name in imported(module)
        if name.startswith("tests.") and ".test_" in name
    ] == []


def test_no_module_looks_into_the_private_state_of_another() -> None:
    assert [
        f"{path}:{line} {name}"
        for path, module in modules().items()
        for line, name in private(module)
        if not any(name.startswith(known) for of, known in EXCEPTIONS if of == path)
    ] == []
