"""The API's own document: valid, true to what the server answers, and readable in a browser."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from sessions_app.api import urls
from tests.support.api import ApiClient

pytestmark = [pytest.mark.requirement("E4")]


@pytest.fixture
def document() -> Any:
    return ApiClient().get("schema/").body


@pytest.mark.django_db
def test_the_document_is_valid_and_nothing_in_it_is_guessed() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


@pytest.mark.django_db
def test_the_document_has_every_path_with_its_problems_and_who_may_ask(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    shown = {"schema", "docs", None}
    routes = [route for route in urls.urlpatterns if getattr(route, "name", None) not in shown]
    assert set(document["paths"]) == {
        f"/api/{route.pattern}".replace("<str:id>", "{id}") for route in routes
    }
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    for operation in operations:
        name = operation["operationId"]
        assert operation["summary"], name
        assert operation["security"], name
        answers = operation["responses"]
        for status in answers:
            if int(status) >= 400:
                assert "application/problem+json" in answers[status]["content"], (name, status)
        assert {"403", "413", "429", "500"} <= set(answers), name
    assert set(document["components"]["securitySchemes"]) == {"token", "cookie", "sceneKey"}
