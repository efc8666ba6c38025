"""Measures the API's lists on the database that DATABASE_URL names: `python -m bench.listing`.

The whole way of a request through Django is measured, without a socket. It adds a member of staff.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
os.environ["API_RATE"] = "off"
os.environ.setdefault("DJANGO_ALLOWED_HOSTS", "testserver")
django.setup()

from asgiref.sync import async_to_sync  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import AsyncClient  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from bench.selecting import measure  # noqa: E402
from sessions_app.models import ToolCall  # noqa: E402


def main() -> None:
    staff, _ = User.objects.get_or_create(username="bench", is_staff=True)
    token, _ = Token.objects.get_or_create(user=staff)
    client, headers = AsyncClient(), {"authorization": f"Token {token.key}"}

    async def get(path: str) -> None:
        answer = await client.get(f"/api/{path}", headers=headers)
        assert answer.status_code == 200, answer.content

    called = ToolCall.objects.order_by().exclude(scene_session=None).values_list("scene_session")
    busiest = called.annotate(calls=Count("pk")).order_by("-calls").first()
    assert busiest is not None
    one = f"sessions/{busiest[0]}/"
    for path in (
        "sessions/",
        "sessions/?pageSize=200",
        "sessions/?state=closed",
        one,
        f"{one}tool-calls/",
        f"{one}tool-calls/?pageSize=200",
        f"{one}tool-calls/?status=timeout",
        f"{one}tool-calls/?tool=(unknown)",
        f"{one}browsers/",
        f"{one}revisions/",
        "stats/",
        "routing/",
    ):
        measure(path, lambda path=path: async_to_sync(get)(path))  # type: ignore[misc]


if __name__ == "__main__":
    main()
