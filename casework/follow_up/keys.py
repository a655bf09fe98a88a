"""The keys with which a hub keeps codes: in no database, readable by the hub alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE
from typing import Final, TypeVar

from casework.follow_up.errors import HubKeyUnusable
from casework.follow_up.settings import FollowUpSettings
from casework.people.tokens import Random
from casework.programme import Programme
from citycore.modes import file_mode

_BYTES: Final = 32
_NAMED: Final = b"falaj key of codes 1\0"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class HubKey:
    """The key, and those that it replaced, newest first: whatever they have made still counts, and nothing new is made of them."""

    secret: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def made_for(cls, programme: Programme) -> HubKey:
        """As the settings give it; made if there is none."""
        settings = programme.of(FollowUpSettings)
        if settings.key is None and not settings.key_file().exists():
            make(settings, programme.random)
        return read(settings)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        return (self.secret, *self.former)

    @property
    def oldest(self) -> bytes:
        """What has to stay the same for what runs longer than a key: by which of its votes a browser is known."""
        return self.secrets[-1]

    @property
    def code(self) -> str:
        """What the key is called where something was made under it."""
        return code_of_key(self.secret)

    def called(self, code: str | None) -> bytes:
        """The key of that name; the oldest for what names none, from before keys had names."""
        return next((one for one in self.secrets if code_of_key(one) == code), self.oldest)

    def find(self, reading: Callable[[bytes], Found | None]) -> Found | None:
        """What one of the keys reads, the newest first."""
        return next((found for one in self.secrets if (found := reading(one)) is not None), None)


def code_of_key(secret: bytes) -> str:
    """Eight hexadecimal digits, from which nothing of the key follows."""
    return sha256(_NAMED + secret).hexdigest()[:8]


def read(settings: FollowUpSettings) -> HubKey:
    """As the settings give it; :class:`HubKeyUnusable`."""
    if settings.key is not None:
        texts = [one.get_secret_value() for one in (settings.key, *settings.former_keys)]
        place = "FALAJ_FOLLOW_UP_KEY"
    else:
        file = settings.key_file()
        place = str(file)
        try:
            texts = file.read_text("ascii").splitlines()
        except (OSError, UnicodeError) as error:
            raise HubKeyUnusable(place=place) from error
    newest, *former = [_read(text.strip(), place) for text in texts] or [b""]
    if not newest:
        raise HubKeyUnusable(place=place)
    return HubKey(newest, tuple(former))


def make(settings: FollowUpSettings, random: Random) -> None:
    """The first key. Of two processes that make it one wins and both use it; :class:`HubKeyUnusable`."""
    file = settings.key_file()
    try:
        fresh = _written(file, [random(_BYTES)])
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    except OSError as error:
        raise HubKeyUnusable(place=str(file)) from error


def rotate(settings: FollowUpSettings, random: Random) -> HubKey:
    """A new key for what is made from now on; the others stay beside it. :class:`HubKeyUnusable`."""
    known = read(settings)
    return _keep(settings, (random(_BYTES), *known.secrets))


def retire(settings: FollowUpSettings, code: str) -> HubKey:
    """Forget a former key: whatever was made under it opens nothing any more. ``KeyError`` if there is none of that name."""
    known = read(settings)
    kept = [one for one in known.former if code_of_key(one) != code]
    if len(kept) == len(known.former):
        raise KeyError(code)
    return _keep(settings, (known.secret, *kept))


def _keep(settings: FollowUpSettings, secrets: Sequence[bytes]) -> HubKey:
    file = settings.key_file()
    if settings.key is not None:
        raise HubKeyUnusable(place="FALAJ_FOLLOW_UP_KEY")
    try:
        _written(file, secrets).replace(file)
    except OSError as error:
        raise HubKeyUnusable(place=str(file)) from error
    return read(settings)


def _read(text: str, place: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        raise HubKeyUnusable(place=place) from None  # its cause would quote the key
    if len(secret) != _BYTES:
        raise HubKeyUnusable(place=place)
    return secret


def _written(file: Path, secrets: Sequence[bytes]) -> Path:
    """A file beside that one, whole and on the disk, which takes its place: whoever may read that one may read it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".key-", delete=False) as incoming:
        incoming.write("".join(f"{secret.hex()}\n" for secret in secrets))
        incoming.flush()
        os.fchmod(incoming.fileno(), file_mode(file.parent))
        if file.exists():
            known = file.stat()
            os.fchown(incoming.fileno(), known.st_uid, known.st_gid)
            os.fchmod(incoming.fileno(), S_IMODE(known.st_mode))
        os.fsync(incoming.fileno())
    return Path(incoming.name)
