"""Whether what the dashboards ask for is theirs and whole. Pure."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from casework.access.shown import FactorKind, Shown, Way
from casework.dashboard_access.model import Asked, Code, Redemption, Wrong
from citycore.settings import SignInSettings

SCOPE: Final = "openid"
#: One factor, and two; the names are ours (OpenID Connect Core, 2).
LEVELS: Final = ("urn:falaj:acr:1", "urn:falaj:acr:2")
_METHODS: Final[Mapping[StrEnum, str]] = {
    Way.PASSWORD: "pwd",
    FactorKind.TOTP: "otp",
    FactorKind.RECOVERY: "otp",
    FactorKind.PASSKEY: "pop",
}
#: A verifier as RFC 7636 has it (4.1), and its SHA-256.
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def is_ours(asked: Asked, settings: SignInSettings) -> bool:
    """Whether the dashboards of this hub ask, and want the answer at their own address: equal, letter by letter."""
    return (asked.client_id, asked.redirect_uri) == (settings.client_id, settings.redirect_uri)


def why_wrong(asked: Asked, characters_max: int) -> Wrong | None:
    """What else stands against it, which the dashboards are told: also that no challenge came along (RFC 9700, 2.1.1)."""
    if asked.response_type != "code":
        return Wrong.UNSUPPORTED_RESPONSE_TYPE
    if SCOPE not in asked.scope.split():
        return Wrong.INVALID_SCOPE
    if any(len(text) > characters_max for text in (asked.state, asked.nonce)):
        return Wrong.INVALID_REQUEST
    is_proof = asked.code_challenge_method == "S256" and _CHALLENGE.fullmatch(asked.code_challenge)
    return None if is_proof else Wrong.INVALID_REQUEST


def may_redeem(code: Code, brought: Redemption, settings: SignInSettings, at: datetime) -> bool:
    """Whether a code that was not used before is exchanged: in time, at the same address, by whoever began."""
    return (
        code.token_id is None
        and at < code.expires_at
        and brought.redirect_uri == settings.redirect_uri
        and is_proven(code.code_challenge, brought.code_verifier)
    )


def is_proven(challenge: str | None, verifier: str) -> bool:
    """Whether it is the verifier of the challenge (RFC 7636, 4.6); of a code without one nothing is."""
    if challenge is None or not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(digest, challenge)


def is_client(client_id: str, secret: str, settings: SignInSettings) -> bool:
    """Whether these are the dashboards; the time that it takes says nothing of the secret."""
    if settings.client_secret is None:
        return False
    known = settings.client_secret.get_secret_value()
    pairs = ((client_id, settings.client_id), (secret, known))
    return sum(hmac.compare_digest(one.encode(), other.encode()) for one, other in pairs) == len(pairs)


def shown_claims(shown: Shown) -> dict[str, object]:
    """How somebody was identified: ``acr``, ``amr`` and ``auth_time`` (OpenID Connect Core, 2; methods of RFC 8176).

    What a sign-in service has looked at is its own to say, so of it only the level is passed on.
    """
    kinds: tuple[StrEnum | None, ...] = (shown.way, shown.factor)
    methods = [_METHODS[one] for one in kinds if one is not None and one in _METHODS]
    is_second = shown.factor is not None
    return {
        "acr": LEVELS[is_second],
        "amr": [*methods, "mfa"] if is_second else methods,
        "auth_time": int((shown.factor_at or shown.at).timestamp()),
    }


def answer_url(redirect_uri: str, told: Mapping[str, str]) -> str:
    """The address with what is told there; what is empty is left out."""
    parts = urlsplit(redirect_uri)
    query = urlencode({name: value for name, value in told.items() if value})
    return urlunsplit(parts._replace(query=query))
