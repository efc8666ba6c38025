"""Files made of scenes: pages send them in parts, and links download them."""

from collections.abc import AsyncIterator
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sessions_app.limits import failures
from sessions_app.limits.rates import RateLimitedError
from sessions_app.pages.sign_in import principal_of, sign_in_required
from sessions_app.sessions.scene_files import (
    PartRefusedError,
    StoredFile,
    scene_file_find,
    scene_file_part,
    scene_file_part_store,
)
from sessions_app.storage import database
from sessions_app.web import origins
from sessions_app.web.callers import networks_of, public_origin_of, scope_of

_TYPES = {"glb": "model/gltf-binary", "png": "image/png", "json": "application/json"}
# A file opened in a browser may do nothing there.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_safe
@sign_in_required(by_code=True)
def download(request: HttpRequest, nonce: str) -> HttpResponseBase:
    """Serve a file by its link until it expires; with sign-in, only to people who may see it."""
    networks = networks_of(request)
    try:
        failures.require_few(networks)
    except RateLimitedError as error:
        return _refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after_seconds=error.retry_after_seconds)
    file = scene_file_find(nonce, principal_of(request))
    if file is None:
        failures.count(networks)
        return _refused(HTTPStatus.NOT_FOUND, "There is no such file, or it has expired.")
    response: HttpResponseBase = HttpResponse()
    if request.method == "GET":
        # Each part is counted as it is sent: see hello3d/server/unread.py.
        scope_of(request).setdefault("state", {})["comes_in_pieces"] = True
        response = StreamingHttpResponse(_pieces(file))
    response["Content-Type"] = _TYPES[file.format]
    response["Content-Length"] = str(file.size)
    # Quoted as headers are, with letters of any script.
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file.name
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cache-Control"] = "no-store"
    return response


async def _pieces(file: StoredFile) -> AsyncIterator[bytes]:
    for number in range(file.parts):
        yield await database.run(scene_file_part, file.pk, number)


@csrf_exempt  # the address is a secret of its own, which no other site knows
@require_POST
def upload(request: HttpRequest, nonce: str, attempt: str, number: int) -> HttpResponse:
    """Take in the next part of a file that a page was asked for."""
    networks = networks_of(request)
    try:
        failures.require_few(networks)
    except RateLimitedError as error:
        return _refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after_seconds=error.retry_after_seconds)
    origin, public_origin = request.headers.get("origin"), public_origin_of(request)
    if origin is None or not origins.is_origin_allowed(origin, public_origin=public_origin):
        return _refused(HTTPStatus.FORBIDDEN)
    try:
        scene_file_part_store(nonce, attempt, number, request.body, principal_of(request))
    except PartRefusedError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            failures.count(networks)
        return _refused(error.status)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _refused(
    status: HTTPStatus, text: str = "", *, retry_after_seconds: float | None = None
) -> HttpResponse:
    response = HttpResponse(f"{text or status.phrase}\n", "text/plain", status)
    response["Cache-Control"] = "no-store"
    if retry_after_seconds is not None:
        response["Retry-After"] = f"{retry_after_seconds:.0f}"
    return response
