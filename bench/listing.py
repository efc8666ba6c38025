"""Measures lists and the overview: `python -m bench.listing`, on what DATABASE_URL names.

The whole way of a request through Django is measured, without a socket. It adds a member of staff.
"""

import os
import secrets
from functools import partial

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    os.environ |= {"API_RATE": "off", "DJANGO_DEBUG": "false"}
    os.environ.setdefault("DJANGO_SECRET_KEY", secrets.token_hex(32))
    os.environ.setdefault("DJANGO_ALLOWED_HOSTS", "testserver")
    django.setup()

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.db.models import Count
from django.test import AsyncClient
from rest_framework.authtoken.models import Token

from bench.selecting import measure
from sessions_app.models import ToolCall


def main() -> None:
    staff, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    token, _ = Token.objects.get_or_create(user=staff)
    client, headers = AsyncClient(), {"authorization": f"Token {token.key}"}
    client.force_login(staff)

    async def get(path: str) -> None:
        answer = await client.get(path, headers=headers if path.startswith("/api/") else {})
        assert answer.status_code == 200, answer.content

    called = ToolCall.objects.order_by().exclude(scene_session=None).values_list("scene_session")
    busiest = called.annotate(calls=Count("pk")).order_by("-calls").first()
    assert busiest is not None
    one = f"/api/sessions/{busiest[0]}/"
    for path in (
        "/api/sessions/",
        "/api/sessions/?pageSize=200",
        "/api/sessions/?state=closed",
        one,
        f"{one}tool-calls/",
        f"{one}tool-calls/?pageSize=200",
        f"{one}tool-calls/?status=timeout",
        f"{one}tool-calls/?tool=(unknown)",
        f"{one}browsers/",
        f"{one}revisions/",
        "/api/stats/",
        "/api/routing/",
        "/admin/",
        f"/admin/sessions_app/scenesession/{busiest[0]}/change/",
        "/admin/sessions_app/scenesession/",
        "/admin/sessions_app/toolcall/",
    ):
        measure(path, partial(async_to_sync(get), path))


if __name__ == "__main__":
    main()
