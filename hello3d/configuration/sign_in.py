"""Checks the settings of sign-in, and refuses unusable and unsafe ones."""

from urllib.parse import urlsplit

from hello3d.configuration.environment import WrongSettingError

MIN_SECRET_BYTES = 32
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def require_token_settings(
    *,
    debug: bool,
    secret: str,
    jwks_url: str | None,
    algorithm: str,
    issuers: list[str],
    audience: str,
) -> None:
    """Refuse settings that cannot verify tokens; each value comes from an MCP_… variable.

    Raises:
        WrongSettingError: names the first faulty variable and what is accepted.
    """
    if bool(secret) == bool(jwks_url):
        raise WrongSettingError(
            "MCP_ENABLE_MULTI_USER needs either MCP_JWT_SECRET or MCP_JWKS_URL, and not both, to"
            " check the tokens of MCP clients."
        )
    if (algorithm == "HS256") != bool(secret):
        raise WrongSettingError(
            f"MCP_JWT_ALGORITHM={algorithm!r} cannot be used. Accepted: HS256 with MCP_JWT_SECRET;"
            " RS256 or ES256 with MCP_JWKS_URL."
        )
    if secret and len(secret.encode()) < MIN_SECRET_BYTES:
        raise WrongSettingError(
            f"MCP_JWT_SECRET is too short. Accepted: at least {MIN_SECRET_BYTES} random characters."
        )
    if jwks_url and not _is_safe(jwks_url, debug=debug):
        raise WrongSettingError(
            f"MCP_JWKS_URL={jwks_url!r} cannot be used. Accepted: an https URL without user and"
            " password; while DJANGO_DEBUG is true also http on this machine."
        )
    for name, value in (("MCP_JWT_ISSUER", issuers), ("MCP_JWT_AUDIENCE", audience)):
        if not value:
            raise WrongSettingError(
                f"{name} must be set when MCP_ENABLE_MULTI_USER is true. Accepted: what the"
                f" tokens of your identity provider say as `{name[8:11].lower()}`."
            )


def _is_safe(url: str, *, debug: bool) -> bool:
    parts = urlsplit(url)
    if parts.username is not None:
        return False
    return parts.scheme == "https" or (debug and parts.hostname in _LOOPBACK_HOSTS)
