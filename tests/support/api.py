"""Asks the REST API as programs do: through the program's own ASGI handler, without a socket."""

import json
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import AsyncClient
from rest_framework.authtoken.models import Token

from sessions_app.models import SceneSession
from sessions_app.sessions.opening import scene_session_open
from sessions_app.web.callers import Caller


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        """The problem's code, or None where all went well."""
        return self.body["code"] if self.status >= 400 else None


@dataclass
class ApiClient:
    """Somebody who asks; `headers` go with every request."""

    headers: dict[str, str] = field(default_factory=dict)
    client: AsyncClient = field(default_factory=AsyncClient)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request to `path` below /api/; `body` goes as JSON, bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = async_to_sync(self._send)(
            method,
            f"/api/{path}",
            b"" if body is None else content,
            content_type=headers.pop("content_type", "application/json"),
            headers={**self.headers, **headers},
        )
        text = sent.content.decode()
        return Answer(sent.status_code, dict(sent.headers), json.loads(text) if text else None)

    async def _send(self, *arguments: Any, **named: Any) -> Any:
        return await self.client.generic(*arguments, **named)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)


def make_user(name: str, *, staff: bool = False, password: str | None = None) -> User:
    return User.objects.create_user(name, password=password, is_staff=staff)


def with_token(user: User) -> ApiClient:
    token, _ = Token.objects.get_or_create(user=user)
    return ApiClient({"authorization": f"Token {token.key}"})


def with_key(edit_key: object) -> ApiClient:
    return ApiClient({"authorization": f"Session {edit_key}"})


def make_scene_session(owner: User | None = None, **fields: Any) -> SceneSession:
    made = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    SceneSession.objects.filter(pk=made.pk).update(owner=owner, **fields)
    made.refresh_from_db()
    return made
