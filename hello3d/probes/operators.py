"""Who may see how the server does: this machine, holders of METRICS_TOKEN, signed-in staff."""

import hmac

from django.conf import settings
from django.http.request import split_domain_port

from sessions_app.limits import failures
from sessions_app.people.sign_ins import signed_in_users
from sessions_app.storage import database
from sessions_app.web import cookies, origins
from sessions_app.web.origins import Scope


async def may_see_details(scope: Scope) -> bool:
    """Whether the sender of an HTTP request may read reasons and metrics; `scope` is ASGI's.

    The database is asked only for a request with a session cookie; where it is away, nobody is
    known to be staff.

    Raises:
        RateLimitedError: it brings a token, be it right, from where wrong ones came too often.
    """
    if _is_local(scope) or _has_token(scope):
        return True
    session_key = cookies.session_key(scope)
    return bool(session_key) and await database.run(_is_staff, session_key)


def _is_local(scope: Scope) -> bool:
    """Whether it comes from this machine, by no proxy, and under a name that no other page bears.

    A page elsewhere could let its own name lead here (DNS rebinding).
    """
    if origins.is_forwarded(scope):
        return False
    host = origins.header(scope["headers"], b"host") or ""
    domain = split_domain_port(host)[0].strip("[]")
    own_name = domain == "localhost" or _is_loopback(domain) or origins.is_host_allowed(host)
    return own_name and _is_loopback(origins.peer_address(scope) or "")


def _is_loopback(address: str) -> bool:
    parsed = origins.parse_address(address)
    return parsed is not None and parsed.is_loopback


def _has_token(scope: Scope) -> bool:
    scheme, _, token = (origins.header(scope["headers"], b"authorization") or "").partition(" ")
    wanted = settings.METRICS_TOKEN
    if not wanted or scheme.lower() != "bearer":
        return False
    networks = origins.networks_of(origins.client_address(scope))
    failures.require_few(networks)
    if hmac.compare_digest(token.strip().encode(), wanted.encode()):
        return True
    failures.count(networks)
    return False


def _is_staff(session_key: str) -> bool:
    user = signed_in_users([session_key]).get(session_key)
    return user is not None and user.is_staff
