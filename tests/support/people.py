"""People with names and passwords, and sign-in switched on, in the tests' own process."""

import secrets
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.test import AsyncClient
from pytest_django import Settings

from sessions_app.models import SceneSession
from sessions_app.people.principals import Principal
from sessions_app.sessions.opening import scene_session_open
from sessions_app.storage import database
from sessions_app.web.callers import Caller
from tests.support.tokens import AUDIENCE, ISSUER, SECOND_ISSUER, SECRET

PASSWORD = secrets.token_urlsafe(12)
SESSION: str = settings.SESSION_COOKIE_NAME  # of this process


def switch_on(settings: Settings) -> None:
    """Have people sign in, and clients bring tokens of the tests' own secret."""
    settings.MCP_ENABLE_MULTI_USER = True
    settings.MCP_JWT_SECRET = SECRET
    settings.MCP_JWT_ALGORITHM = "HS256"
    settings.MCP_JWT_ISSUERS = [ISSUER, SECOND_ISSUER]
    settings.MCP_JWT_AUDIENCE = AUDIENCE
    settings.MCP_JWT_LEEWAY_SECONDS = 0


async def person(*, is_staff: bool = False) -> User:
    name = f"person-{uuid4().hex[:12]}"
    return await database.run(User.objects.create_user, name, password=PASSWORD, is_staff=is_staff)


async def scene_of(user: User | None) -> SceneSession:
    """A new scene, and whose it is."""
    principal = Principal(user.pk) if user else Principal()
    return await database.run(
        scene_session_open,
        opened_by=SceneSession.Origin.BROWSER,
        caller=Caller(),
        principal=principal,
    )


async def cookie_of(user: User) -> str:
    """The Cookie header of a browser in which this person has signed in."""
    client = AsyncClient()
    await client.aforce_login(user)
    return f"{SESSION}={client.cookies[SESSION].value}"
