"""Tokens as an identity provider gives them out, and a provider that publishes its keys."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

SECRET = "a-secret-of-the-tests-that-is-long-enough"
ISSUER = "https://id.example"
SECOND_ISSUER = "https://other-id.example"
AUDIENCE = "https://scenes.example/mcp"
SIGN_IN = {
    "MCP_ENABLE_MULTI_USER": "true",
    "MCP_JWT_SECRET": SECRET,
    "MCP_JWT_ISSUER": f"{ISSUER},{SECOND_ISSUER}",
    "MCP_JWT_AUDIENCE": AUDIENCE,
    "MCP_JWT_LEEWAY_SECONDS": "0",
}


def claims_of(subject: str, **changes: Any) -> dict[str, Any]:
    """The claims of a good token; a change of None leaves the claim out."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 600}
    return {name: value for name, value in (claims | changes).items() if value is not None}


def token_of(subject: str, **changes: Any) -> str:
    """A token signed with the shared secret."""
    return jwt.encode(claims_of(subject, **changes), SECRET, algorithm="HS256")


def unsigned(claims: dict[str, Any], header: dict[str, Any], signature: bytes = b"") -> str:
    """A token put together by hand, as no library would sign it."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@dataclass
class Provider:
    """An identity provider; `url` has its keys. `is_away` makes it answer 503.

    While `hanging()` runs, it takes a question and does not answer.
    """

    url: str = ""
    is_away: bool = False
    asked: int = 0
    private_keys: dict[str, Any] = field(default_factory=dict)
    answers: threading.Event = field(default_factory=threading.Event)

    def add_rsa_key(self, kid: str, *, bits: int = 2048) -> None:
        self.private_keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    def add_ec_key(self, kid: str) -> None:
        self.private_keys[kid] = ec.generate_private_key(ec.SECP256R1())

    @contextmanager
    def hanging(self) -> Iterator[None]:
        self.answers.clear()
        try:
            yield
        finally:
            self.answers.set()

    def token(self, subject: str, *, kid: str, algorithm: str = "RS256", **changes: Any) -> str:
        claims = claims_of(subject, **changes)
        return jwt.encode(claims, self.private_keys[kid], algorithm, headers={"kid": kid})

    def document(self) -> dict[str, Any]:
        """The key set (RFC 7517)."""
        listed = []
        for kid, key in self.private_keys.items():
            is_rsa = isinstance(key, rsa.RSAPrivateKey)
            kind: Any = RSAAlgorithm if is_rsa else ECAlgorithm
            listed.append(kind.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"})
        return {"keys": listed}


@contextmanager
def provider() -> Iterator[Provider]:
    """Serve a provider's keys on this machine while the block runs."""
    served = Provider()
    served.answers.set()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked += 1
            served.answers.wait()
            self.send_response(503 if served.is_away else 200)
            self.end_headers()
            self.wfile.write(json.dumps(served.document()).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        served.url = f"http://127.0.0.1:{server.server_port}/keys"
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
