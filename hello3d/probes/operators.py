"""Access to details: for this machine, holders of METRICS_TOKEN and signed-in staff."""

import hmac

from django.conf import settings
from django.http.request import split_domain_port

from sessions_app.limits import failures
from sessions_app.people.sign_ins import signed_in_users
from sessions_app.storage import database
from sessions_app.web import cookies, origins
from sessions_app.web.origins import Scope


async def may_see_details(scope: Scope) -> bool:
    """Return whether the sender of an HTTP request (an ASGI scope) may read reasons and metrics.

    The database is queried only for requests with a session cookie; while it is down, nobody counts
    as staff.

    Raises:
        RateLimitedError: it has a token, right or wrong, and too many wrong ones came from its
            networks.
    """
    if _is_local(scope) or _has_token(scope):
        return True
    session_key = cookies.session_key(scope)
    return bool(session_key) and await database.run(_is_staff, session_key)


def _is_local(scope: Scope) -> bool:
    """Return whether the request comes from this machine, directly, and under a local host name.

    Otherwise a page could resolve its own name to this machine (DNS rebinding).
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
