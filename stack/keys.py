"""Administrators' keys on this machine."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from citycore.keys import KEY_BYTES, build_key, digest_of
from stack.owned import read_owned, write_owned

DIGESTS = "FALAJ_API_ADMIN_KEY_SHA256"


def new_key() -> str:
    return build_key(secrets.token_bytes(KEY_BYTES))


def known_digests(file: Path, environment: Mapping[str, str]) -> str:
    """The digests for the API's setting: of the key in ``file``, which is made if there is none,
    and those that the user configured.
    """
    if not file.exists():
        write_owned(file, new_key() + "\n")
    own = digest_of(read_owned(file).strip())
    return ",".join(filter(None, [own, environment.get(DIGESTS, "")]))
