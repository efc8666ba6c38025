"""Common parts of the OpenAPI document: problems and authentication schemes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from functools import partial, wraps
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api.problems import KINDS, MEDIA_TYPE, problem
from sessions_app.api.serializers import ProblemSerializer
from sessions_app.api.wire import camel_case

Decorator = Callable[[Callable[[Any], Response]], Callable[..., Response]]
Security = Any  # the stubs know names only, but "none" is valid as well

USERS: Security = [{"token": []}, {"cookie": []}]
USERS_AND_KEY: Security = [*USERS, {"sceneKey": []}]
ANYONE: Security = [{}, *USERS]
NOBODY: Security = [{}]

SECURITY_SCHEMES: dict[str, Any] = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token <token>`, of `POST /api/token/`.",
    },
    "sceneKey": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Session <edit key>`: reaches that one session, where sign-in is off.",
    },
}

SESSION_ID = OpenApiParameter(
    "id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="The internal id."
)

# Problems of any endpoint.
ALWAYS = (
    *("origin_refused", "length_required", "too_large", "throttled"),
    *("internal", "busy", "unavailable"),
)
UNKNOWN = ("not_authenticated", "authentication_failed")
SIGNED_IN = (*UNKNOWN, "permission_denied")
ONE_SESSION = (*UNKNOWN, "not_found")
BODY = ("invalid", "malformed", "unsupported_media_type")


def problems(*codes: str) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the responses for these problems and the general ones."""
    by_status: dict[int, list[str]] = {}
    for code in (*codes, *ALWAYS):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        (int(status), MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer,
            description="; ".join(KINDS[code].title for code in alike),
            examples=[_example(code) for code in alike],
        )
        for status, alike in by_status.items()
    }


def _example(code: str) -> OpenApiExample:
    retries = 12 if KINDS[code].status in (429, 503) else None
    answer: Response = problem(code, "What is wrong, and what to do.", retry_after_seconds=retries)
    return OpenApiExample(
        code,
        value=answer.data,
        response_only=True,
        media_type=MEDIA_TYPE,
        status_codes=[str(int(KINDS[code].status))],
    )


def endpoint(
    operation_id: str,
    summary: str,
    answer: Any,
    may_fail: Iterable[str],
    *,
    status: int = 200,
    auth: Security = USERS,
    **more: Any,
) -> Decorator:
    """Turn a view's method that takes only `self` into a documented handler.

    `may_fail` holds the codes of its problems besides the general ones; `more` is passed to
    `extend_schema`.
    """
    describe = extend_schema(
        operation_id=operation_id,
        summary=summary,
        auth=auth,
        responses={status: answer, **problems(*may_fail)},
        **more,
    )

    def decorate(method: Callable[[Any], Response]) -> Callable[..., Response]:
        @wraps(method)
        def handle(view: Any, _: Request, **__: Any) -> Response:
            return method(view)

        return describe(handle)

    return decorate


# For views of one session.
of_session = partial(endpoint, auth=USERS_AND_KEY, parameters=[SESSION_ID])

_BASIC: dict[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
}


def of_type(hint: Any) -> dict[str, Any]:
    """Return the JSON schema, with camelCase members, of a dataclass or a type used in one."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        members = {camel_case(name): of_type(member) for name, member in hints.items()}
        return {"type": "object", "required": list(members), "properties": members}
    if isinstance(hint, UnionType):
        return {"oneOf": [of_type(member) for member in get_args(hint)]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": of_type(get_args(hint)[0])}
    if get_origin(hint) is Mapping:
        return {"type": "object", "additionalProperties": of_type(get_args(hint)[1])}
    return _BASIC[hint]


def _cookie_scheme() -> dict[str, Any]:
    """Return the cookie scheme; the cookies' names are known only once the server runs."""
    return {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "A page that is signed in. What changes something also needs the header"
        f" `X-CSRFToken` with the value of the `{settings.CSRF_COOKIE_NAME}` cookie.",
    }


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add authentication schemes, and forbid additional members in request bodies.

    A hook of spectacular (`POSTPROCESSING_HOOKS`).
    """
    result["components"]["securitySchemes"] = SECURITY_SCHEMES | {"cookie": _cookie_scheme()}
    if settings.ROOT_PATH:
        result["servers"] = [{"url": settings.ROOT_PATH}]
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            component["additionalProperties"] = False
    return result
