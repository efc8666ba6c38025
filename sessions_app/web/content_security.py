"""What our pages may load and where their forms may lead (Content Security Policy, level 3)."""

from django.http import HttpResponse

from sessions_app.web import origins

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self';"
    " img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none';"
    " form-action 'self'{browser_origin}; frame-ancestors 'none'"
)


def guard(response: HttpResponse, nonce: str) -> None:
    """Say what the page may load, where its forms may lead, and that it is not to be kept."""
    # A form's answer leads to the scene's page, which may be elsewhere.
    browser_origin = origins.browser_origin()
    response["Content-Security-Policy"] = POLICY.format(
        nonce=nonce, browser_origin=f" {browser_origin}" if browser_origin else ""
    )
    response["Cache-Control"] = "no-store"
