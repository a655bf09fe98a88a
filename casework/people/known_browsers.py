"""Browsers in which somebody has signed in before: what such a browser keeps, and what it is good for.

Its tries to sign in to that account are counted by themselves, so that others who guess do not shut the owner out. It
proves nothing else: the password is asked for as ever. The hub keeps nothing of it, and it names nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from casework.follow_up.keys import HubKey
from casework.follow_up.rules import read_signed, signed
from casework.people.settings import PeopleSettings
from casework.people.tokens import new_token
from casework.programme import Programme

_SEAL: Final = b"falaj known browser 1\0"


class Mark(NamedTuple):
    """What a browser is given to show again, for so many seconds."""

    text: str
    seconds: int


def mark(programme: Programme, address_key: str) -> Mark:
    """For a browser in which somebody has just shown to own the account of this address."""
    span = timedelta(days=programme.of(PeopleSettings).known_browser_days)
    key, token = programme.of(HubKey).secret, new_token(programme.random)
    return Mark(write_mark(key, address_key, token, programme.clock() + span), int(span.total_seconds()))


def known_by(programme: Programme, address_key: str, text: str) -> str | None:
    """Which of the account's browsers shows this; None for anything else."""
    if not text:
        return None
    at = programme.clock()
    return programme.of(HubKey).find(lambda key: read_mark(key, address_key, text, at))


def write_mark(key: bytes, address_key: str, token: str, until: datetime) -> str:
    """The address is sealed with it and does not stand in it. Pure."""
    return signed(key, _purpose(address_key), f"{token}.{int(until.timestamp())}")


def read_mark(key: bytes, address_key: str, text: str, at: datetime) -> str | None:
    """The token, if it was written for this address and has not ended. Pure."""
    body = read_signed(key, _purpose(address_key), text)
    if body is None:
        return None
    token, _, until = body.rpartition(".")
    return token if at < datetime.fromtimestamp(int(until), UTC) else None


def _purpose(address_key: str) -> bytes:
    return _SEAL + address_key.encode("utf-8", "surrogatepass") + b"\0"
