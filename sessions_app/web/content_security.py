"""The Content Security Policy (level 3) of our pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_only_middleware

POLICY = (
    "default-src 'self'; script-src 'self'{nonce}; style-src 'self'{inline};"
    " img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
HEADER = "Content-Security-Policy"


def set_policy(response: HttpResponse, nonce: str) -> None:
    """Set a page's policy, and forbid caching it."""
    response[HEADER] = POLICY.format(nonce=f" 'nonce-{nonce}'", inline="")
    response["Cache-Control"] = "no-store"


@sync_only_middleware
def policy_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add a policy to pages without one, such as those of the admin and of Django itself.

    Django's error pages in development mode have inline styles.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html") and HEADER not in response:
            is_djangos = settings.DEBUG and response.status_code >= 400
            inline = " 'unsafe-inline'" if is_djangos else ""
            response[HEADER] = POLICY.format(nonce="", inline=inline)
        return response

    return answer
