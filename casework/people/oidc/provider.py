"""Talking to the provider: its description, its keys, and a code for a token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog

from casework.people.errors import IdentityRefused, ProviderUnavailable
from casework.people.oidc.model import Expected, Metadata
from casework.people.oidc.rules import UnknownKey, is_safe, read_metadata, read_token
from casework.people.settings import OidcSettings
from citycore.clock import Clock

log = structlog.get_logger()


class Provider:
    """One a process. The client is passed in, and closed by whoever made it; redirects are not followed."""

    def __init__(self, settings: OidcSettings, client: httpx.Client, clock: Clock) -> None:
        if settings.issuer is None or not is_safe(settings.issuer):
            raise ValueError("FALAJ_OIDC_ISSUER must be an https address")
        self.settings = settings
        self.issuer = settings.issuer
        self._client = client
        self._clock = clock
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, Mapping[str, Any]] | None = None

    def metadata(self) -> Metadata:
        """Fetched when first needed, and again when it has grown old. Two that need it at once both fetch it:
        nobody waits behind somebody who waits for a provider that is away.
        """
        known, at = self._metadata, self._clock()
        if known is None or at - known[0] >= self._remembered:
            url = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            known = self._metadata = (at, read_metadata(self._fetch(url), self.issuer))
        return known[1]

    def redeem(self, code: str, code_verifier: str, redirect_uri: str) -> str:
        """The ID token for a code; :class:`IdentityRefused` if the provider does not take it."""
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        metadata = self.metadata()
        secret = self.settings.client_secret
        in_body = (
            {}
            if secret is None or not metadata.secret_in_body
            else {"client_secret": secret.get_secret_value()}
        )
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=code_verifier,
            client_id=self.settings.client_id,
            **in_body,
        )
        answer = self._send("POST", metadata.token_endpoint, body)
        token = answer.get("id_token")
        if not isinstance(token, str):
            log.warning("identity_not_given", issuer=self.issuer, error=str(answer.get("error", ""))[:100])
            raise IdentityRefused(reason="token")
        return token

    def verify(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of a token. A key that we do not know may be a new one: then keys are asked for again."""
        try:
            return self._read(token, nonce, self._known_keys())
        except UnknownKey:
            pass
        try:
            return self._read(token, nonce, self._fresh_keys())
        except UnknownKey as error:
            raise IdentityRefused(reason="token") from error

    @property
    def _remembered(self) -> timedelta:
        return timedelta(minutes=self.settings.metadata_minutes)

    def _read(self, token: str, nonce: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        expected = Expected(self.issuer, self.settings.client_id, nonce, self.settings.leeway_seconds)
        return read_token(token, keys, expected, self._clock())

    def _known_keys(self) -> Mapping[str, Any]:
        known = self._keys
        if known is None or self._clock() - known[0] >= self._remembered:
            return self._fetch_keys()
        return known[1]

    def _fresh_keys(self) -> Mapping[str, Any]:
        """Not more often than every so many seconds: anybody can name a key that does not exist."""
        known, pause = self._keys, timedelta(seconds=self.settings.keys_seconds_min)
        if known is not None and self._clock() - known[0] < pause:
            return known[1]
        return self._fetch_keys()

    def _fetch_keys(self) -> Mapping[str, Any]:
        keys = self._fetch(self.metadata().jwks_uri)
        if not isinstance(keys.get("keys"), list):
            raise ProviderUnavailable
        self._keys = (self._clock(), keys)
        return keys

    def _fetch(self, url: str) -> dict[str, Any]:
        return self._send("GET", url, None)

    def _send(self, method: str, url: str, body: str | None) -> dict[str, Any]:
        """A JSON object, of a bounded size; a refusal (4xx) of a code is one too."""
        secret = self.settings.client_secret
        is_basic = body is not None and secret is not None and "client_secret=" not in body
        auth = (
            None
            if not is_basic or secret is None
            else _basic(self.settings.client_id, secret.get_secret_value())
        )
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            with self._client.stream(
                method,
                url,
                content=body,
                headers=headers,
                auth=auth,
                follow_redirects=False,
                timeout=self.settings.timeout_seconds,
            ) as response:
                content = self._read_body(response)
                is_refusal = body is not None and response.status_code in {400, 401}
                if response.status_code != 200 and not is_refusal:
                    raise ProviderUnavailable
        except httpx.HTTPError as error:
            log.warning("provider_unavailable", issuer=self.issuer, error=type(error).__name__)
            raise ProviderUnavailable from error
        return _object(content)

    def _read_body(self, response: httpx.Response) -> bytes:
        content = b""
        for piece in response.iter_bytes():
            content += piece
            if len(content) > self.settings.answer_bytes_max:
                raise ProviderUnavailable
        return content


def _basic(client_id: str, secret: str) -> httpx.BasicAuth:
    """RFC 6749, 2.3.1: both are form-encoded first."""
    from urllib.parse import quote_plus

    return httpx.BasicAuth(quote_plus(client_id), quote_plus(secret))


def _object(content: bytes) -> dict[str, Any]:
    import json

    try:
        value = json.loads(content)
    except ValueError as error:
        raise ProviderUnavailable from error
    if not isinstance(value, dict):
        raise ProviderUnavailable
    return value
