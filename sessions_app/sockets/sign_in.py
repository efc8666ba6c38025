"""Authenticates WebSockets by a page's session cookie or a program's bearer token."""

from dataclasses import dataclass

from django.conf import settings

from sessions_app.limits import failures
from sessions_app.people.bearers import NoTokenError, token_in
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.people.sign_ins import SignIn, principals_now
from sessions_app.people.signing_keys import KeysUnavailableError
from sessions_app.people.tokens import TokenError
from sessions_app.storage import database
from sessions_app.web import cookies, origins
from sessions_app.workers import worker


@dataclass(frozen=True, slots=True)
class Visit:
    """A socket's principal and sign-in; anyone's if sign-in is off."""

    sign_in: SignIn
    principal: Principal


async def visit_of(scope: origins.Scope) -> Visit | None:
    """Authenticate the socket; None if sign-in is on and the visitor is not signed in.

    A token decides, good or bad: a cookie beside it is ignored.

    Raises:
        RateLimitedError: it has a token, and its address has failed too often lately.
    """
    if not settings.MCP_ENABLE_MULTI_USER:
        return Visit(SignIn(), ANYONE)
    networks = origins.networks_of(origins.client_address(scope))
    try:
        token = token_in(scope["headers"])
        failures.require_few(networks)
        bearer = await (await worker.current()).bearers.find(token)
    except NoTokenError:
        return await _by_cookie(scope)
    except TokenError:
        failures.count(networks)
        return None
    except KeysUnavailableError:
        return None
    sign_in = SignIn(identity_id=bearer.identity_id, expires_at=bearer.expires_at)
    return Visit(sign_in, bearer.principal)


async def _by_cookie(scope: origins.Scope) -> Visit | None:
    key = cookies.session_key(scope)
    if not key:
        return None
    sign_in = SignIn(session_key=key)
    principal = (await database.run(principals_now, [sign_in])).get(sign_in)
    return Visit(sign_in, principal) if principal is not None else None


def may_open(scope: origins.Scope, visit: Visit | None) -> bool:
    """Return whether the origin may open a socket of this host.

    Browsers always send an Origin and cannot send a token, so a request with a good token and no
    Origin does not come from a malicious page.
    """
    by_token = visit is not None and visit.sign_in.identity_id is not None
    if by_token and origins.header(scope["headers"], b"origin") is None:
        return origins.is_host_allowed(origins.header(scope["headers"], b"host"))
    return origins.may_open_socket(scope)
