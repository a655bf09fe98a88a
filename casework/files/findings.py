"""What a scanner found, in the log of the programme."""

from __future__ import annotations

import re
from typing import Final

from casework.audit.model import HUB_CHAIN, Line
from casework.programme import Session

#: What no code of the log may hold: signatures are named by whoever writes them.
_NO_CODE: Final = re.compile(r"[^A-Za-z0-9_.:/+-]+")
_CHARACTERS_MAX: Final = 120


def note_malware(session: Session, signature: str, digest: str | None = None) -> None:
    """Who sent it, or the system where it lay already; of the file nothing but its digest, if it was stored."""
    code = _NO_CODE.sub("_", signature)[:_CHARACTERS_MAX].lstrip("_.:/+-") or "unnamed"
    session.log(
        Line(
            HUB_CHAIN,
            session.now(),
            session.actor.key,
            "file",
            session.new_id(),
            "malware_found",
            None,
            None,
            None,
            {"signature": code} | ({} if digest is None else {"digest": digest}),
        )
    )
