"""The key with which a hub keeps codes: in no database, readable by the hub alone."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from casework.follow_up.errors import HubKeyUnusable
from casework.follow_up.settings import FollowUpSettings
from casework.programme import Programme
from citycore.modes import file_mode

_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class HubKey:
    secret: bytes = field(repr=False)

    @classmethod
    def made_for(cls, programme: Programme) -> HubKey:
        """As the settings give it; made if there is none."""
        settings = programme.of(FollowUpSettings)
        if settings.key is not None:
            return cls(_read(settings.key.get_secret_value(), "FALAJ_FOLLOW_UP_KEY"))
        file = settings.key_file()
        try:
            if not file.exists():
                _make(file, programme.random(_BYTES))
            text = file.read_text("ascii")
        except (OSError, UnicodeError) as error:
            raise HubKeyUnusable(place=str(file)) from error
        return cls(_read(text.strip(), str(file)))


def _read(text: str, place: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        raise HubKeyUnusable(place=place) from None  # its cause would quote the key
    if len(secret) != _BYTES:
        raise HubKeyUnusable(place=place)
    return secret


def _make(file: Path, secret: bytes) -> None:
    """All of it or nothing; of two processes that make the key one wins and both use it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".key-", delete=False) as incoming:
        incoming.write(f"{secret.hex()}\n")
        incoming.flush()
        os.fchmod(incoming.fileno(), file_mode(file.parent))
        os.fsync(incoming.fileno())
    try:
        os.link(incoming.name, file)
    except FileExistsError:
        pass
    finally:
        Path(incoming.name).unlink()
