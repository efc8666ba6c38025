"""Comments and docstrings of the product use the words that CONTRIBUTING.md asks for."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.documents import ROOT, section

# By the word that CONTRIBUTING.md lists; a name in backticks may be one of these.
AVOIDED = {
    "told": r"told",
    "whoever": r"who(?:so)?ever",
    "under way": r"under way",
    "looked at": r"looked (?:at|into|through)",
    "in line": r"(?:stands?|stood|waits?|waited) in line",
    "in a circle": r"in a circle",
    "colour": r"(?:colour|behaviour|serialise)\w*",
}


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the comments and docstrings of a module with their lines."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def found(source: str, pattern: str) -> list[int]:
    """Return the lines of the comments and docstrings that match, without names in backticks."""
    matcher = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return [line for line, text in prose(source) if matcher.search(re.sub(r"`[^`]*`", "", text))]


def modules() -> list[Path]:
    command = ["git", "ls-files", "hello3d/*.py", "mcp_bridge/*.py", "sessions_app/*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = listed.stdout.split()
    return [ROOT / name for name in names]


@pytest.mark.parametrize("word", AVOIDED)
def test_an_avoided_word_is_in_no_comment_or_docstring(word: str) -> None:
    assert word in section("CONTRIBUTING.md", "Words")
    places = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        for line in found(path.read_text(), AVOIDED[word])
    ]
    assert places == []


def test_an_avoided_word_is_seen_in_a_comment_and_a_docstring_alone() -> None:
    source = '"""What is told."""\ntold = "told"  # told\n# `told` may be a name\n'
    assert found(source, AVOIDED["told"]) == [1, 2]
