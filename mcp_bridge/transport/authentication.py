"""Requires a bearer token at `/mcp` if sign-in is on (MCP, basic/authorization)."""

from http import HTTPStatus

from django.conf import settings
from starlette.responses import Response
from starlette.types import Scope

from mcp_bridge.transport.rejections import reject
from sessions_app.limits import failures
from sessions_app.people.bearers import Bearer, NoTokenError, token_in
from sessions_app.people.signing_keys import KeysUnavailableError
from sessions_app.people.tokens import TokenError
from sessions_app.web import origins
from sessions_app.workers import worker

METADATA_PATH = "/.well-known/oauth-protected-resource"
_TRY_AGAIN_SECONDS = 10


class NotSignedInError(Exception):
    """The request is refused with a response that explains how to sign in."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def bearer_of(scope: Scope) -> Bearer | None:
    """Return the bearer of this request; None if sign-in is off.

    Raises:
        NotSignedInError: there is no valid token.
    """
    if not settings.MCP_ENABLE_MULTI_USER:
        return None
    here = await worker.current()
    try:
        return await here.bearers.find(token_in(scope["headers"]))
    except NoTokenError:
        text = "Sign in: send a bearer token in the Authorization header"
        raise NotSignedInError(_refusal(scope, text)) from None
    except TokenError as error:
        failures.count(origins.networks_of(origins.client_address(scope)))
        parameters = ('error="invalid_token"', f'error_description="{error}"')
        raise NotSignedInError(_refusal(scope, str(error), *parameters)) from None
    except KeysUnavailableError:
        text = "The keys to verify tokens cannot be fetched at this moment: try again"
        headers = {"Retry-After": str(_TRY_AGAIN_SECONDS)}
        answer = reject(HTTPStatus.SERVICE_UNAVAILABLE, text, headers=headers)
        raise NotSignedInError(answer) from None


def _refusal(scope: Scope, text: str, *parameters: str) -> Response:
    """Return 401 with a challenge (RFC 6750, section 3; RFC 9728, section 5.1)."""
    if settings.MCP_AUTHORIZATION_SERVERS:
        metadata = f"{origins.public_origin(scope)}{METADATA_PATH}{settings.ROOT_PATH}/mcp"
        parameters = (*parameters, f'resource_metadata="{metadata}"')
    challenge = f"Bearer {', '.join(parameters)}".strip()
    return reject(HTTPStatus.UNAUTHORIZED, text, headers={"WWW-Authenticate": challenge})
