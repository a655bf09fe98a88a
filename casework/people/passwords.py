"""Passwords: which are taken (NIST SP 800-63B: long, not guessable, no rules of composition), and how they are kept."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from secrets import token_bytes
from typing import NewType, Self

from casework.people.blocked.rules import bare, folded, spelled
from casework.people.blocked.service import is_blocked
from casework.people.errors import PasswordRefused
from casework.people.model import Address, Names
from casework.people.settings import PasswordSettings, PeopleSettings
from casework.programme import Programme
from citycore.background import step_back

#: What is kept of a password; no function that keeps one takes a password.
PasswordHash = NewType("PasswordHash", str)
#: A word of somebody's name that is shorter is no help to a guesser.
_PERSONAL_CHARACTERS_MIN = 4
#: What is left when what belongs to the person is taken out must be this long.
_OWN_CHARACTERS_MIN = 6
#: As argon2-cffi makes them.
_SALT_BYTES, _TAG_BYTES = 16, 32


def prepare_password(text: str) -> str:
    """NFKC, so that a password is the same from every keyboard and system."""
    return unicodedata.normalize("NFKC", text)


def check_password(text: str, address: Address, names: Names, settings: PeopleSettings) -> str:
    """The password as it will be hashed; :class:`PasswordRefused`."""
    password = prepare_password(text[: 2 * settings.password_characters_max])
    if max(len(text), len(password)) > settings.password_characters_max:
        raise PasswordRefused(reason="long", characters=settings.password_characters_max)
    if len(password) < settings.password_characters_min:
        raise PasswordRefused(reason="short", characters=settings.password_characters_min)
    if len(set(password)) < 4:
        raise PasswordRefused(reason="repeating")
    if _is_made_of(password, _words_of(address, names)):
        raise PasswordRefused(reason="personal")
    if _is_made_of(password, hub_words()) or is_blocked(password, settings.password_lists):
        raise PasswordRefused(reason="common")
    return password


@cache
def hub_words() -> frozenset[str]:
    """Of this hub, its place and its trades."""
    text = (files("casework.people") / "hub_words.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if line[:1] != "#" for word in line.split())


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _words_of(address: Address, names: Names) -> set[str]:
    """What anybody would guess of a person first."""
    words = [address.key, *address.key.split("@"), *address.domain.split(".")]
    for name in (names.ar, names.en):
        words += [name or "", *(name or "").split()]
    return {word for word in words if len(folded(word)) >= _PERSONAL_CHARACTERS_MIN}


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether little but digits and marks is left of it without these words; marks between them do not count, and letters
    may be written with other signs.
    """
    known = sorted({bare(folded(word)) for word in words}, key=len, reverse=True)
    return any(_is_spelled_of(one, known) for one in spelled(folded(password)))


def _is_spelled_of(text: str, words: Sequence[str]) -> bool:
    rest = text
    for word in words:
        rest = rest.replace(word, "")
    return rest != text and len(rest) < _OWN_CHARACTERS_MIN


def decoy_hash(settings: PasswordSettings) -> str:
    """What an unknown account is compared with, so that the time it takes says nothing: a hash of no password."""
    salt, tag = (b64encode(token_bytes(size)).decode().rstrip("=") for size in (_SALT_BYTES, _TAG_BYTES))
    costs = f"m={settings.memory_kib},t={settings.passes},p={settings.lanes}"
    return f"$argon2id$v=19${costs}${salt}${tag}"


class Passwords:
    """Hashing with argon2id; so many at once, since each takes its memory and a core.

    Somebody who signs in waits a little longer where there is much to do, so that whoever reads does not.
    """

    def __init__(self, settings: PasswordSettings) -> None:
        from argon2 import PasswordHasher, Type

        self._hasher = PasswordHasher(
            time_cost=settings.passes,
            memory_cost=settings.memory_kib,
            parallelism=settings.lanes,
            type=Type.ID,
        )
        self._threads = ThreadPoolExecutor(settings.hashes_at_once_max, "password", initializer=step_back)
        self._decoy = decoy_hash(settings)

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        return cls(programme.of(PasswordSettings))

    def hash(self, password: str) -> PasswordHash:
        return PasswordHash(self._threads.submit(self._hasher.hash, _bytes(password)).result())

    def is_right(self, stored: str | None, text: str, characters_max: int) -> bool:
        """Whether the text is the password of this hash; without one, no, after the same time."""
        from argon2.exceptions import InvalidHashError, VerificationError

        # Whatever is too long is wrong, and compared all the same.
        password = prepare_password(text[: characters_max + 1])[: characters_max + 1]
        try:
            self._threads.submit(self._hasher.verify, stored or self._decoy, _bytes(password)).result()
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)
