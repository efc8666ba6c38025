"""The documents of the project, and what stands in them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text()


def section(name: str, heading: str) -> str:
    """The text below a heading of the second level, up to the next one."""
    return read(name).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> dict[str, list[str]]:
    """A table's rows by what stands in backticks (or bare) in the first cell."""
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {
        name: row for row in cells for name in re.findall(r"`([^`]+)`", row[0]) or [row[0].strip()]
    }


def documented_settings() -> Iterator[str]:
    """Each setting once for each place that tells its meaning: a heading, or a row of limits."""
    text = read("docs/settings.md")
    yield from re.findall(r"^### `([A-Z0-9_]+)`$", text, re.M)
    yield from re.findall(r"^\| `([A-Z0-9_]+)` \|", text, re.M)
