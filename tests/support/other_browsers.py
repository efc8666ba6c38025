"""Firefox and WebKit: `python -m tests.support.other_browsers` installs those that are missing.

Playwright drives neither as Debian has them. Each speaks a standard of the W3C, Firefox WebDriver
BiDi and WebKit WebDriver; what both can is a page here.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from tests.support import debian
from tests.support.waiting import until_true

_PACKAGES = ("firefox-esr", "gir1.2-webkit2-4.1", "python3-gi", "webkit2gtk-driver", "xvfb")
FIREFOX = ("firefox-esr", "firefox")
WEBKIT_DRIVER = ("WebKitWebDriver",)
_SCREEN = ("Xvfb",)
# What the window with WebKit is written in: the virtual environment's Python has no GTK.
SYSTEM_PYTHON = "/usr/bin/python3"
_HAS_WEBKIT = "import gi; gi.require_version('WebKit2', '4.1')"
_NEEDED = f"""The long tests need Firefox and WebKit. Install them, for example:
  apt-get install {" ".join(_PACKAGES)}"""
# Keys as WebDriver names them.
CONTROL, ESCAPE, RIGHT, DELETE = "\ue009", "\ue00c", "\ue014", "\ue017"

# What a person would call an element: what is written on it, or its label.
_NAMED = """
  const found = [...document.querySelectorAll("button, summary, a, label, [role=treeitem]")]
    .find((one) => one.checkVisibility()
      && (one.getAttribute("aria-label") ?? one.innerText).trim().replace(/\\s+/g, " ") === name);
"""
_MIDDLE = """
  if (!found) return null;
  found.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = found.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
"""


class OtherPage(ABC):
    """A page in a browser of its own that shares nothing with others."""

    downloads: Path

    @abstractmethod
    async def goto(self, url: str) -> None: ...

    @abstractmethod
    async def reload(self) -> None: ...

    @abstractmethod
    async def run(self, script: str, **names: Any) -> Any:
        """What this body of an asynchronous function returns; it finds these names."""

    @abstractmethod
    async def act(self, *sources: dict[str, Any]) -> None:
        """Have the mouse or the keyboard do this."""

    @abstractmethod
    async def screenshot(self) -> Image.Image: ...

    @abstractmethod
    async def complaints(self) -> list[str]:
        """Warnings and errors of the console; what the content security policy blocked is one."""

    async def until(self, expression: str, **names: Any) -> None:
        """Wait until this is so in the page."""
        await until_true(lambda: self.run(f"return Boolean({expression})", **names))

    async def text_of(self, selector: str) -> str:
        script = "return document.querySelector(selector)?.innerText ?? ''"
        return str(await self.run(script, selector=selector))

    async def shows(self, revision: int) -> None:
        """Wait until the page has drawn exactly this revision."""
        shown = "document.documentElement.dataset.revision === revision"
        await self.until(shown, revision=str(revision))

    async def click(self, name: str) -> None:
        """Click what has this name, once it is there."""
        await self.until(f"(() => {{ {_NAMED} return found; }})()", name=name)
        await self.click_at(*await self.run(_NAMED + _MIDDLE, name=name))

    async def click_at(self, x: float, y: float) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}
        pressed = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        await self.act(mouse | {"actions": [move, *pressed]})

    async def press(self, *keys: str) -> None:
        """Press these keys together."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        await self.act({"type": "key", "id": "keyboard", "actions": down + up})


def find(names: tuple[str, ...]) -> str:
    """The path of the first of these programs that is installed."""
    path = _path_of(names)
    assert path is not None, _NEEDED
    return path


def _path_of(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


@contextlib.contextmanager
def own_place() -> Iterator[tuple[Path, dict[str, str]]]:
    """A browser's folder, with one in it for what it saves, and its environment.

    It has a screen that nobody sees: without one neither of them draws with WebGL.
    """
    with tempfile.TemporaryDirectory(prefix="hello3d-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / "downloads").mkdir()
        with _own_screen() as screen:
            yield Path(folder), os.environ | {"DISPLAY": screen}


@contextlib.contextmanager
def _own_screen() -> Iterator[str]:
    reading, writing = os.pipe()
    command = [find(_SCREEN), "-displayfd", str(writing), "-screen", "0", "1600x1200x24"]
    with running([*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL):
        os.close(writing)
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"


@contextlib.contextmanager
def running(command: list[str], **options: Any) -> Iterator[None]:
    process = subprocess.Popen(command, **options)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def _are_there() -> bool:
    if not all(map(_path_of, (FIREFOX, WEBKIT_DRIVER, _SCREEN))):
        return False
    shown = subprocess.run([SYSTEM_PYTHON, "-c", _HAS_WEBKIT], capture_output=True, check=False)
    return shown.returncode == 0


def main() -> None:
    if not _are_there():
        debian.install(*_PACKAGES)
    if not _are_there():
        sys.exit(_NEEDED)


if __name__ == "__main__":
    main()
