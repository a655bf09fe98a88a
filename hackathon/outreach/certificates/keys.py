"""The keys that sign: made on first use, readable by the hub alone; old ones stay, to verify."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from citycore.modes import file_mode
from hackathon.outreach.certificates.errors import KeyGiven, UnusableKey
from hackathon.outreach.certificates.settings import CertificateSettings

_CURVE: Final = "Ed25519"
#: What tells one state of the file of keys from another; None while there is none.
Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Keys:
    """``signing`` signs; ``known`` are all public ones by their thumbprint (RFC 7638), old ones too."""

    signing: OKPKey
    known: Mapping[str, OKPKey]

    @property
    def signing_id(self) -> str:
        return self.signing.thumbprint()

    def sign(self, data: bytes) -> bytes:
        """An Ed25519 signature with the newest key."""
        key = self.signing.get_op_key("sign")
        assert isinstance(key, Ed25519PrivateKey)
        return key.sign(data)

    def has_signed(self, key_id: str, data: bytes, signature: bytes) -> bool:
        """Whether one of our keys made this signature."""
        if key_id not in self.known:
            return False
        key = self.known[key_id].get_op_key("verify")
        assert isinstance(key, Ed25519PublicKey)
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


def open_keys(settings: CertificateSettings) -> Keys:
    """As the settings give them; makes the first key if there is none."""
    path = settings.key_folder() / "keys.json"
    if settings.key is not None:
        stored = _read(path) if path.exists() else []
        return _keys([json.loads(settings.key.get_secret_value()), *stored], "FALAJ_CERTIFICATES_KEY")
    if not path.exists():
        _write(path, [_new_key()], replacing=False)
    return _keys(_read(path), str(path))


def stamp_of(settings: CertificateSettings) -> Stamp:
    """Changes with every rotation; :class:`UnusableKey` if nobody here may look at the file."""
    path = settings.key_folder() / "keys.json"
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnusableKey(place=str(path)) from error
    return found.st_ino, found.st_mtime_ns, found.st_size


def rotate(settings: CertificateSettings) -> Keys:
    """Sign with a new key from now on; of the old one only its public half is kept.

    :class:`KeyGiven` where a setting says which key signs.
    """
    if settings.key is not None:
        raise KeyGiven
    open_keys(settings)
    path = settings.key_folder() / "keys.json"
    old = [{name: value for name, value in one.items() if name != "d"} for one in _read(path)]
    _write(path, [_new_key(), *old], replacing=True)
    return open_keys(settings)


def keep(settings: CertificateSettings) -> Keys:
    """Keep the public half of the key that a setting gives, for when the setting names another."""
    keys = open_keys(settings)
    path = settings.key_folder() / "keys.json"
    stored = _read(path) if path.exists() else []
    known = {key.thumbprint() for key in map(OKPKey.import_key, stored)}
    if keys.signing_id not in known:
        _write(path, [*stored, dict(keys.signing.as_dict(private=False))], replacing=path.exists())
    return open_keys(settings)


def _new_key() -> dict[str, Any]:
    return dict(OKPKey.generate_key(_CURVE, private=True).as_dict(private=True))


def _keys(stored: list[dict[str, Any]], place: str) -> Keys:
    try:
        keys = [OKPKey.import_key(one) for one in stored]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise UnusableKey(place=place) from error
    if not keys or not keys[0].is_private or any(key.curve_name != _CURVE for key in keys):
        raise UnusableKey(place=place)
    return Keys(keys[0], {key.thumbprint(): key for key in keys})


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_text("utf-8"))["keys"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableKey(place=str(path)) from error


def _write(path: Path, keys: list[dict[str, Any]], *, replacing: bool) -> None:
    """All of it or nothing; of two processes that make the first key one wins and both use it."""
    try:
        incoming = _store_beside(path, keys)
    except OSError as error:
        raise UnusableKey(place=str(path)) from error
    try:
        if replacing:
            _keep_owner(path, incoming)
            incoming.replace(path)
        else:
            os.link(incoming, path)
    except FileExistsError:
        pass
    finally:
        incoming.unlink(missing_ok=True)


def _keep_owner(path: Path, incoming: Path) -> None:
    """Whoever rotates as the machine's administrator must not lock the hub's own user out."""
    if os.geteuid() == 0:
        known = path.stat()
        os.chown(incoming, known.st_uid, known.st_gid)


def _store_beside(path: Path, keys: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".keys-", delete=False) as file:
        incoming = Path(file.name)
        json.dump({"keys": keys}, file)
        file.flush()
        os.fchmod(file.fileno(), file_mode(path.parent))
        os.fsync(file.fileno())
    return incoming
