"""Error responses in one shape: `application/problem+json` (RFC 9457)."""

import logging
import math
import secrets
from http import HTTPStatus
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from sessions_app.errors import SceneSessionClosedError
from sessions_app.scene.errors import SceneError
from sessions_app.storage.errors import refused

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem; without a `detail`, each occurrence has its own text."""

    status: HTTPStatus
    title: str
    detail: str = ""

    @property
    def words(self) -> str:
        """The detail, with this server's names filled in."""
        names = {"root_path": settings.ROOT_PATH, "csrf_cookie": settings.CSRF_COOKIE_NAME}
        return self.detail.format(**names)


KINDS = {
    "malformed": Kind(HTTPStatus.BAD_REQUEST, "The body cannot be read"),
    "invalid": Kind(
        HTTPStatus.BAD_REQUEST,
        "A value is not accepted",
        "A member or parameter is not accepted. See `errors`, mend it and send it again.",
    ),
    "not_authenticated": Kind(
        HTTPStatus.UNAUTHORIZED,
        "Not signed in",
        "Sign in, or send a token: `Authorization: Token <token>`.",
    ),
    "authentication_failed": Kind(
        HTTPStatus.UNAUTHORIZED,
        "Authentication failed",
        "The name and password, the token or the way to authenticate is not accepted. Check it and"
        " send it again.",
    ),
    "permission_denied": Kind(
        HTTPStatus.FORBIDDEN,
        "Not allowed",
        "This is for others, such as staff. Use an account or a token that may do it.",
    ),
    "csrf_failed": Kind(
        HTTPStatus.FORBIDDEN,
        "The CSRF token is missing or wrong",
        "Send the value of the `{csrf_cookie}` cookie as the header `X-CSRFToken`.",
    ),
    "origin_refused": Kind(
        HTTPStatus.FORBIDDEN,
        "Not from that page",
        "Pages of this origin may not use the API. ALLOWED_ORIGINS lists those that may.",
    ),
    "not_found": Kind(
        HTTPStatus.NOT_FOUND,
        "Not found",
        "There is nothing here that you may see. Check the id and the path; a path ends in a"
        " slash, and {root_path}/api/docs/ lists them.",
    ),
    "method_not_allowed": Kind(HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed"),
    "session_closed": Kind(HTTPStatus.CONFLICT, "The session is closed"),
    "length_required": Kind(
        HTTPStatus.LENGTH_REQUIRED,
        "The body's length is missing",
        "Send the body in one piece, with the header `Content-Length`, and not chunked.",
    ),
    "too_large": Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large", "A body may have 16 kB."
    ),
    "unsupported_media_type": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body is not JSON",
        "Send the body as JSON, with the header `Content-Type: application/json`.",
    ),
    "throttled": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    "creation_quota": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many new sessions",
        "Too many sessions were started from this address. Go on in one of them, or wait"
        " `retryAfterSeconds` seconds, then send it again.",
    ),
    "session_limit": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many sessions",
        "The limit of sessions is reached, of yours or in all. Go on in one that you"
        " have, or close one that is not needed, then send it again.",
    ),
    "share_limit": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many links for others",
        "The session has as many links for others as it may have. Revoke one that is not needed,"
        " then send it again.",
    ),
    "internal": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong"),
    "busy": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The session is locked",
        "Another request or process has locked the session, or the database, for too long. Nothing"
        " was changed: wait `retryAfterSeconds` seconds, then send it again.",
    ),
    "unavailable": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server cannot use its database",
        "The database is away, full or read-only at this moment, or holds a scene of a newer"
        " version of the server. Wait `retryAfterSeconds` seconds, look what holds, then send it"
        " again.",
    ),
}


class _ProblemError(exceptions.APIException):
    """A problem that is fully described by its class."""

    def __init__(self) -> None:
        kind = KINDS[self.default_code]
        super().__init__(kind.words, self.default_code)


class CsrfFailedError(_ProblemError):
    default_code = "csrf_failed"


class OriginRefusedError(_ProblemError):
    default_code = "origin_refused"


class LengthRequiredError(_ProblemError):
    default_code = "length_required"


class TooLargeError(_ProblemError):
    default_code = "too_large"


_CODES = {"parse_error": "malformed"}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Return the response to a view's exception (`EXCEPTION_HANDLER` of REST framework)."""
    del context
    error = refused(error) or error
    if isinstance(error, SceneError) and error.code in KINDS:
        return _refusal(error)
    if isinstance(error, Http404):
        return problem("not_found")
    if isinstance(error, PermissionDenied):
        return problem("permission_denied")
    if isinstance(error, exceptions.ValidationError):
        return problem("invalid", errors=_fields(error.detail))
    if isinstance(error, exceptions.Throttled):
        wait = math.ceil(getattr(error, "wait", None) or 1)
        words = f"Too many requests. Wait {wait} s, then send it again."
        return problem("throttled", words, retry_after_seconds=wait)
    if isinstance(error, exceptions.APIException):
        code = str(getattr(error.detail, "code", error.default_code))
        answer = problem(_CODES.get(code, code), str(error.detail))
        if header := getattr(error, "auth_header", None):
            answer["WWW-Authenticate"] = header
        return answer
    reference = secrets.token_hex(4)
    logger.error("a request failed", exc_info=error, extra={"reference": reference})
    return problem("internal", f"Something went wrong (reference {reference}). Send it again.")


def _refusal(error: SceneError) -> Response:
    """Return the response without the error's own advice, which is for MCP clients."""
    words = ""
    if isinstance(error, SceneSessionClosedError):
        sessions = f"{settings.ROOT_PATH}/api/sessions/"
        words = f"{error.page_text} It does not come back: POST {sessions} starts a new one."
    return problem(error.code, words, retry_after_seconds=error.retry_after_seconds)


def problem(
    code: str,
    detail: str = "",
    *,
    errors: list[dict[str, str]] | None = None,
    retry_after_seconds: float | None = None,
) -> Response:
    """Return a problem response; `detail` is used if its kind has none."""
    kind = KINDS[code]
    body: dict[str, Any] = {
        "type": f"urn:hello3d:problem:{code}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": kind.words or detail,
        "code": code,
    }
    if errors is not None:
        body["errors"] = errors
    if retry_after_seconds is not None:
        body["retryAfterSeconds"] = math.ceil(retry_after_seconds)
    response = Response(body, status=kind.status, content_type=MEDIA_TYPE)
    if retry_after_seconds is not None:
        response["Retry-After"] = str(math.ceil(retry_after_seconds))
    return response


def _fields(detail: Any) -> list[dict[str, str]]:
    """Return one entry per error: the member or parameter, and what is wrong with it."""
    if not isinstance(detail, dict):
        return [{"name": "", "detail": str(text)} for text in detail]
    return [
        {"name": "" if name == "non_field_errors" else str(name), "detail": str(text)}
        for name, texts in detail.items()
        for text in (texts if isinstance(texts, list) else [texts])
    ]
