"""What our pages may load and where their forms may lead (Content Security Policy, level 3)."""

from django.conf import settings
from django.http import HttpResponse

from sessions_app.web import origins

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self';"
    " img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none';"
    " form-action 'self'{scenes}; frame-ancestors 'none'"
)


def guard(response: HttpResponse, nonce: str) -> None:
    """Say what the page may load, where its forms may lead, and that it is not to be kept."""
    # A form's answer leads to the scene's page. Were it blocked, each press would make a scene.
    scenes = origins.browser_origin() or settings.PUBLIC_ORIGIN
    response["Content-Security-Policy"] = POLICY.format(
        nonce=nonce, scenes=f" {scenes}" if scenes else ""
    )
    response["Cache-Control"] = "no-store"
