"""Prints which of our functions run for one tool call, one registration and one staff action.

The server runs in this process, on a real port, and is asked by real clients. A function is counted
each time it is called, in the event loop or in a database thread. `python -m bench.trunk`
"""

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from http import HTTPStatus
from pathlib import Path
from types import CodeType

import uvicorn
from channels.routing import get_default_application
from django.contrib.auth import get_user_model
from django.core.management import call_command
from websockets.exceptions import ConnectionClosed

from bench.lean import ERAS, LeanBrowser, LeanClient
from bench.walking import PROJECT, Tracer, Walk
from sessions_app.web import serving
from tests.support.admin_forms import Staff
from tests.support.stores import PASSWORD
from tests.support.waiting import until

# Longer than any delivery or batch that a browser or a call leaves behind.
SETTLED_AFTER_SECONDS = 1.5


def _line(depth: int, code: CodeType) -> str:
    file = Path(code.co_filename).relative_to(PROJECT)
    return f"{'  ' * depth}{code.co_qualname}  ({file}:{code.co_firstlineno})"


def _show(title: str, walk: Walk) -> None:
    print(f"\n{title}")
    for depth, code in walk.order:
        print(_line(depth + 1, code))
    print(
        f"{title}: {walk.calls.total()} calls of {len(walk.calls)} functions in"
        f" {len(walk.files)} files, {len(walk.threads)} threads"
    )


async def _walk(tracer: Tracer, port: int) -> None:
    key = ""
    for era in ERAS:
        client = await LeanClient.open(port, era)
        key = await client.open_scene()
        browser = await LeanBrowser.open(port, key)
        # What is made once for a scene and a client is none of what each call costs.
        await client.call("change_model_color", color="red", scene=key)
        await asyncio.sleep(SETTLED_AFTER_SECONDS)
        with tracer.recording() as walk:
            await client.call("change_model_color", color="teal", scene=key)
        _show(f"A tool call ({era})", walk)
        await browser.close()
        client.close()
    await asyncio.sleep(SETTLED_AFTER_SECONDS)
    with tracer.recording() as walk:
        browser = await LeanBrowser.open(port, key)
    _show("A registration", walk)
    await asyncio.sleep(SETTLED_AFTER_SECONDS)
    async with await Staff.sign_in(f"http://127.0.0.1:{port}") as staff:
        scenes = await staff.get("/admin/sessions_app/scenesession/")
        newest = re.search(r"/scenesession/(\d+)/change/", scenes.text)
        assert newest is not None
        reason = {"confirmed": "yes", "because": "Measured."}
        await asyncio.sleep(SETTLED_AFTER_SECONDS)
        with tracer.recording() as walk:
            answer = await staff.act("close_sessions", int(newest[1]), **reason)
        assert answer.status_code == HTTPStatus.FOUND, answer.text
    _show("A staff action", walk)
    with contextlib.suppress(ConnectionClosed):  # the server has, for the scene is closed
        await browser.close()


async def _serve(tracer: Tracer) -> None:
    listener = serving.listen("127.0.0.1", 0)
    server = uvicorn.Server(serving.server_config(get_default_application()))
    serving_task = asyncio.create_task(server.serve([listener]))
    await until(lambda: server.started)
    await _walk(tracer, listener.getsockname()[1])
    server.should_exit = True
    await serving_task


def trace() -> None:
    """Serve a fresh database in this process, and print all three; Django is set up."""
    tracer = Tracer()
    tracer.install()
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_superuser("person", "", PASSWORD)
    asyncio.run(_serve(tracer))


def main() -> None:
    """Run `trace` in a process with a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"DATABASE_URL": f"sqlite:///{folder}/trunk.sqlite3", "HELLO3D_ENV_FILE": ""}
        code = "from bench.trunk import trace; trace()"
        line = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(line, cwd=PROJECT, env=os.environ | own, check=True)


if __name__ == "__main__":
    main()
