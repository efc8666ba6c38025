"""Comments and docstrings of the product use the words that CONTRIBUTING.md asks for."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

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


def found(source: str, words: Iterable[str]) -> list[tuple[int, str]]:
    """Return where comments and docstrings have one of the words, and which one.

    Names in backticks do not count.
    """
    matchers = {word: re.compile(rf"\b(?:{AVOIDED[word]})\b", re.IGNORECASE) for word in words}
    return [
        (line, word)
        for line, text in prose(source)
        for word, matcher in matchers.items()
        if matcher.search(re.sub(r"`[^`]*`", "", text))
    ]


def modules() -> list[Path]:
    command = ["git", "ls-files", "hello3d/*.py", "mcp_bridge/*.py", "sessions_app/*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    names = listed.stdout.split()
    return [ROOT / name for name in names]


def test_no_avoided_word_is_in_a_comment_or_docstring() -> None:
    listed = section("CONTRIBUTING.md", "Words")
    assert [word for word in AVOIDED if word not in listed] == []
    places = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for path in modules()
        for line, word in found(path.read_text(), AVOIDED)
    ]
    assert places == []


def test_an_avoided_word_is_seen_in_a_comment_and_a_docstring_alone() -> None:
    source = '"""What is told."""\ntold = "told"  # told\n# `told` may be a name\n'
    assert found(source, ["told"]) == [(1, "told"), (2, "told")]
