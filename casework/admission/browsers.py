"""Browsers of people without an account, each of which counts once: by a key that the browser alone keeps."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from casework.admission.settings import AdmissionSettings
from casework.follow_up.keys import HubKey
from casework.follow_up.rules import read_signed, signed
from casework.people.addresses import network_of
from casework.people.model import Visitor
from casework.people.settings import ThrottleSettings
from casework.people.throttle.service import Bound, count_attempt
from casework.programme import Programme, Session

_BROWSER_SEAL: Final = b"falaj participant 1\0"
_TOKEN_SEAL: Final = b"falaj participant token 1\0"
#: A multiple of three, whose text needs nothing to fill it up.
_TOKEN_BYTES: Final = 24
_KEY_SEAL: Final = b"falaj participant key 1\0"


class Browser(NamedTuple):
    """What a browser is given: ``shown`` is what it keeps of its token, for so many seconds."""

    token: str
    shown: str
    seconds: int


def begin(programme: Programme, visitor: Visitor, secret: str) -> Browser:
    """A key by which a browser counts once: always the same by the ``secret`` of its forms, so that of many requests at once
    one counts. So many an hour are given to one network, and what they are used for is counted nowhere: no vote stands
    beside a network.

    A service of the second kind.
    """
    limits, minutes = programme.of(AdmissionSettings), programme.of(ThrottleSettings).follow_up_window_minutes
    network = network_of(visitor.address)
    count_attempt(programme, (Bound("participant_network", network, limits.browsers_per_network, minutes),))
    key = programme.of(HubKey)
    token = urlsafe_b64encode(
        hmac.digest(key.oldest, _TOKEN_SEAL + secret.encode(), sha256)[:_TOKEN_BYTES]
    ).decode()
    shown = sign_browser(key.secret, token)
    return Browser(token, shown, limits.browser_days * 86_400)


def participant_in(session: Session, token: str, object_id: UUID) -> UUID:
    """What a browser counts as in one thing: by the oldest key, so that a new one lets nobody count twice."""
    return participant(session.of(HubKey).oldest, token, object_id)


def sign_browser(key: bytes, token: str) -> str:
    """What a browser keeps: a random token, and the seal by which the hub knows its own."""
    return signed(key, _BROWSER_SEAL, token)


def read_browser(key: bytes, text: str) -> str | None:
    """The token; None for what this hub has not given."""
    return read_signed(key, _BROWSER_SEAL, text) if text else None


def participant(key: bytes, token: str, object_id: UUID) -> UUID:
    """What a browser counts as in one thing: another one in each, so that nothing joins what it did in two."""
    return UUID(bytes=hmac.digest(key, _KEY_SEAL + object_id.bytes + token.encode(), sha256)[:16])
