"""The HTTP server that agents take for a provider, and the turns that a test gives it."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

from tests.support.scripted.anthropic import Messages
from tests.support.scripted.dialects import DONE, Body, Call, Dialect, Offered, Reply, Shown
from tests.support.scripted.gemini import Gemini
from tests.support.scripted.openai import Chat, Responses

TURN_WITHIN_SECONDS = 90  # agents that are command lines take their time to start
FINAL = "final_answer"  # smolagents' and BeeAI's
DIALECTS: dict[str, Dialect] = {
    r"/chat/completions$": Chat(),
    r"/responses$": Responses(),
    r"/messages(/count_tokens)?$": Messages(),
    r"/models/[^/]+:\w+$": Gemini(),
}


@dataclass
class _Turn:
    """A request that waits for the model's answer."""

    offered: dict[str, Offered]
    shown: Shown
    answer: Queue[Call | None] = field(default_factory=Queue)


class ScriptedModel:
    """Makes the calls that a test asks for, and returns what it is shown of their results.

    `descriptions` are those of our tools, by name: agents give tools names of their own. Requests
    that offer none of ours (a title for the conversation, say) get an answer at once.
    """

    def __init__(self, descriptions: Mapping[str, str]) -> None:
        self._descriptions = descriptions
        self._turns: Queue[_Turn | Exception] = Queue()
        self._current: _Turn | None = None
        self._calls = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """Where providers' paths begin: some clients want `/v1` after it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    async def offered(self) -> dict[str, Offered]:
        """Our tools as the agent offers them, by the names that they have with us."""
        turn = await self._turn()
        names = self._names(turn.offered)
        return {tool: turn.offered[name] for tool, name in names.items()}

    async def call(self, tool: str, **arguments: Any) -> Shown:
        """Call a tool of ours; wait until the agent asks what is next.

        As a model must, it fills in what the agent made required of the other arguments.
        """
        turn = await self._turn()
        name = self._names(turn.offered)[tool]
        self._calls += 1
        self._current = None
        given = _blanks(turn.offered[name].schema) | arguments
        turn.answer.put(Call(f"call_{self._calls}", name, given))
        return (await self._turn()).shown

    async def end(self) -> None:
        """Have nothing more to say; some agents want that said in a call of theirs."""
        turn = await self._turn()
        last = turn.offered.get(FINAL)
        words = {} if last is None else dict.fromkeys(last.schema["properties"], DONE)
        turn.answer.put(Call("call_last", FINAL, words) if last else None)
        self._current = None

    async def _turn(self) -> _Turn:
        if self._current is None:
            try:
                turn = await asyncio.to_thread(self._turns.get, True, TURN_WITHIN_SECONDS)
            except Empty:
                raise TimeoutError("The agent did not ask its model") from None
            if isinstance(turn, Exception):
                raise turn
            self._current = turn
        return self._current

    def _names(self, offered: Mapping[str, Offered]) -> dict[str, str]:
        """The agent's name for each tool of ours that it offers."""
        return {
            tool: name
            for tool, description in self._descriptions.items()
            for name, other in offered.items()
            if re.search(rf"(^|[^a-z]){tool}$", name) or description in other.description
        }

    def answer(self, dialect: Dialect, body: Body) -> Call | None:
        """Wait for what the test has the model say to a request; called in the server's threads."""
        try:
            turn = _Turn(dialect.offered(body), dialect.shown(body))
        except Exception as error:  # the test's: the agent only sees a connection that breaks
            self._turns.put(error)
            raise
        if not self._names(turn.offered):
            return None
        self._turns.put(turn)
        return turn.answer.get()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _blanks(schema: Body) -> dict[str, Any]:
    """What a model writes for required arguments that it has nothing to say on.

    A number has no blank: the only optional ones are a screenshot's size and its moment.
    """
    blanks: dict[str, Any] = {"string": "", "boolean": False, "integer": 320, "number": 320}
    blanks["array"] = []
    members: dict[str, Body] = schema.get("properties") or {}
    return {
        name: blanks.get(members[name].get("type", "")) for name in schema.get("required") or []
    }


@asynccontextmanager
async def scripted_model(descriptions: Mapping[str, str]) -> AsyncIterator[ScriptedModel]:
    model = ScriptedModel(descriptions)
    model.start()
    try:
        yield model
    finally:
        model.stop()


def _handler(model: ScriptedModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            path = urlsplit(self.path).path
            body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or "{}")
            found = [dialect for pattern, dialect in DIALECTS.items() if re.search(pattern, path)]
            if not found:
                self._reply(404, Reply.of_json({"error": {"message": "Nothing is here"}}))
                return
            self._reply(200, found[0].answer(path, body, model.answer(found[0], body)))

        def do_GET(self) -> None:
            self._reply(404, Reply.of_json({"error": {"message": "Nothing is here"}}))

        def do_HEAD(self) -> None:
            self.do_GET()

        def _reply(self, status: int, reply: Reply) -> None:
            self.send_response(status)
            self.send_header("content-type", reply.media_type)
            self.send_header("content-length", str(len(reply.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler
