"""A small OpenID Connect provider on loopback: real keys, real signatures, real HTTP.

It agrees at once to whatever the relying party asks, and then does as the test says.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "falaj & co", "s:ecret/ü"


class TinyProvider:
    """``claims`` are laid over those of a good token; ``forge`` replaces the whole token."""

    def __init__(self) -> None:
        self.keys = {"one": RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})}
        self.kid = "one"
        self.claims: dict[str, Any] = {}
        self.forge: Callable[[dict[str, Any]], str] | None = None
        self.metadata: dict[str, Any] = {}
        self.requests: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def agree(self, url: str) -> dict[str, str]:
        """What the browser is sent back with, after its person agreed."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.kid}, claims, self.keys[self.kid])

    def rotate(self, kid: str) -> None:
        self.keys = {kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})}
        self.kid = kid

    def _answer(self, path: str, body: str, authorization: str | None) -> tuple[int, dict[str, Any]]:
        self.requests.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._document() | self.metadata
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys.values()]}
        if path == "/token":
            return self._redeem({name: one[0] for name, one in parse_qs(body).items()}, authorization)
        return 404, {}

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def _redeem(self, form: dict[str, str], authorization: str | None) -> tuple[int, dict[str, Any]]:
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest())
        is_client = authorization == self._credentials() or form.get("client_secret") == CLIENT_SECRET
        if asked is None or not is_client or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        if asked["code_challenge"] != challenge.rstrip(b"=").decode():
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "248289761001", "nonce": asked["nonce"],
            "name": "Salma Al Harthy", "email_verified": True, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.forge(claims) if self.forge else self.token(claims)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}

    @staticmethod
    def _credentials() -> str:
        """As RFC 6749, 2.3.1 has it: form-encoded, then Basic."""
        pair = b"falaj+%26+co:s%3Aecret%2F%C3%BC"
        return "Basic " + base64.b64encode(pair).decode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def _reply(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                status, answer = provider._answer(self.path, body, self.headers.get("Authorization"))
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _reply  # noqa: N815 (the base's names)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
                """Nobody reads it."""

        return Handler
