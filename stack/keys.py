"""Administrators' keys on this machine."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from citycore.keys import KEY_BYTES, build_key, digest_of

DIGESTS = "FALAJ_API_ADMIN_KEY_SHA256"


def new_key() -> str:
    return build_key(secrets.token_bytes(KEY_BYTES))


def known_digests(file: Path, environment: Mapping[str, str]) -> str:
    """The digests for the API's setting: of the key in ``file``, which is made if there is none,
    and those that the user configured.
    """
    if not file.exists():
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(new_key() + "\n", "utf-8")
        fresh.replace(file)
    own = digest_of(file.read_text("utf-8").strip())
    return ",".join(filter(None, [own, environment.get(DIGESTS, "")]))
