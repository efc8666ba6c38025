"""The OpenAPI document, its page, and the response to unknown paths."""

from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api.base import ApiView

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_writing = Lock()


@cache
def _document() -> Any:
    generator: Any = SchemaGenerator
    return generator().get_schema(public=True)


@extend_schema(exclude=True)
class SchemaView(ApiView, SpectacularJSONAPIView):
    """The OpenAPI document."""

    authentication_classes = ()

    def get(self, *_: Any, **__: Any) -> Response:
        """Generate the document once per process; the generator is not thread-safe."""
        with _writing:
            document = _document()
        return Response(
            document, headers={"Content-Disposition": 'inline; filename="Hello3D.json"'}
        )


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the document; requests sent from the page carry the cookie's CSRF token."""
    get_token(request)
    response = render(request, "api/docs.html", {"csrf_cookie": settings.CSRF_COOKIE_NAME})
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@extend_schema(exclude=True)
class UnknownPathView(ApiView):
    """Any other path below /api/."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
