"""`manage.py create_demo_users [N]`: users for trying sign-in; prints their passwords once."""

import secrets
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from itertools import count, islice
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction

from sessions_app import clock
from sessions_app.models import Identity

MAX_USERS = 100
TOKEN_VALID_FOR = timedelta(days=1)


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_USERS:
        raise ArgumentTypeError(f"{text!r}: give a number from 1 to {MAX_USERS}")
    return int(text)


class Command(BaseCommand):
    help = (
        "Makes users demo-1, demo-2, … with random passwords, which are printed once and stored"
        " nowhere. Where MCP_JWT_SECRET is set, each gets a token for an MCP client, too, good for"
        " a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", nargs="?", type=_number, default=2, metavar="N")

    @transaction.atomic
    def handle(self, *_: Any, number: int, **__: Any) -> None:
        users = get_user_model().objects
        taken = set(users.filter(username__startswith="demo-").values_list("username", flat=True))
        names = (name for name in map("demo-{}".format, count(1)) if name not in taken)
        for name in islice(names, number):
            password = secrets.token_urlsafe(12)
            user = users.create_user(name, password=password)
            self.stdout.write(f"name: {name}  password: {password}")
            if settings.MCP_JWT_SECRET and settings.MCP_JWT_ISSUERS and settings.MCP_JWT_AUDIENCE:
                self.stdout.write(f"token: {_token(user)}")
        self._print_hints()

    def _print_hints(self) -> None:
        """Print hints to standard error, to keep standard output to names, passwords and tokens."""
        if not settings.MCP_ENABLE_MULTI_USER:
            self.stderr.write(
                "Nobody needs these names yet: sign-in is off. To turn it on, start the server with"
                " MCP_ENABLE_MULTI_USER=true and what that needs: docs/users.md."
            )
        elif not settings.MCP_JWT_SECRET:
            self.stderr.write(
                "There are no tokens for MCP clients: these come from the identity provider of"
                " MCP_JWKS_URL."
            )


def _token(user: User) -> str:
    """Create an identity for the user and a token as an identity provider would issue it."""
    issuer, now = settings.MCP_JWT_ISSUERS[0], clock.now()
    subject = f"{user.username}-{secrets.token_hex(8)}"
    Identity.objects.create(issuer=issuer, subject=subject, user=user)
    claims = {
        "iss": issuer,
        "aud": settings.MCP_JWT_AUDIENCE,
        "sub": subject,
        "iat": now,
        "exp": now + TOKEN_VALID_FOR,
    }
    return jwt.encode(claims, settings.MCP_JWT_SECRET, algorithm="HS256")
