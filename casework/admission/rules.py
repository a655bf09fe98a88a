"""Tokens that can be said, what browsers show instead of them, and draws that anybody can repeat. Pure."""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from casework.admission.model import Candidate, Ticket
from casework.follow_up.rules import new_number, read_number, read_signed, signed
from casework.people.tokens import Random

#: So many letters and digits has a token besides the one that checks them: 55 random bits, which nobody guesses.
CHARACTERS: Final = 11
#: In no signed text.
_BETWEEN: Final = "~"
_TOKEN_SEAL, _KIOSK_SEAL = b"falaj roll token 1\0", b"falaj kiosk token 1\0"
_TICKET, _KIOSK, _MARK = b"falaj ticket 1\0", b"falaj kiosk pass 1\0", b"falaj answered mark 1\0"


def new_token(random: Random) -> str:
    """As it is printed and said: ``K7QM-2XRD-9PTW``."""
    return new_number(random, CHARACTERS)


def read_token(text: str) -> str | None:
    """However it was typed, in one form; None for what cannot be one."""
    return read_number(text, CHARACTERS)


def token_digest(key: bytes, object_id: UUID, bare: str) -> bytes:
    """What is stored of a token of a roll: whoever has the database and not the key cannot try tokens."""
    return hmac.digest(key, _TOKEN_SEAL + object_id.bytes + bare.encode(), sha256)


def kiosk_digest(key: bytes, bare: str) -> bytes:
    """The same of the token of a kiosk, which is looked for without its roll."""
    return hmac.digest(key, _KIOSK_SEAL + bare.encode(), sha256)


def sheet(tokens: Iterable[str], address: str) -> str:
    """CSV to print letters or cards from: each token with the address at which it is typed; nothing else is known of it.

    Tokens are in no address: addresses stand in logs, with the minute.
    """
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(("token", "address"))
    rows.writerows((token, address) for token in tokens)
    return written.getvalue()


def write_ticket(key: bytes, ticket: Ticket, until: datetime) -> str:
    """What a browser shows instead of a token while its questionnaire is answered."""
    return signed(key, _TICKET, f"{ticket.object_id.hex}.{ticket.digest.hex()}.{int(until.timestamp())}")


def read_ticket(key: bytes, text: str, at: datetime) -> Ticket | None:
    """None once it has ended, and for what this hub has not written."""
    body = read_signed(key, _TICKET, text)
    if body is None:
        return None
    object_id, digest, until = body.split(".")
    is_over = at >= datetime.fromtimestamp(int(until), UTC)
    return None if is_over else Ticket(UUID(hex=object_id), bytes.fromhex(digest))


def write_kiosk_pass(key: bytes, kiosk_id: UUID) -> str:
    """What the browser of a kiosk shows; whether the kiosk is still in use is asked each time."""
    return signed(key, _KIOSK, kiosk_id.hex)


def read_kiosk_pass(key: bytes, text: str) -> UUID | None:
    body = read_signed(key, _KIOSK, text)
    return None if body is None else UUID(hex=body)


def join_passes(passes: Iterable[str]) -> str:
    """What a browser shows that is the kiosk of several objects."""
    return _BETWEEN.join(passes)


def split_passes(text: str) -> list[str]:
    return [one for one in text.split(_BETWEEN) if one]


def write_mark(key: bytes, object_id: UUID) -> str:
    """What a browser keeps that has answered where everybody may: that it has, and nothing of the answer."""
    return signed(key, _MARK, object_id.hex)


def is_marked(key: bytes, object_id: UUID, text: str) -> bool:
    """Whether this browser has answered here; whoever removes the mark can answer again, and the label says so."""
    return read_signed(key, _MARK, text) == object_id.hex


def draw(seed: str, candidates: Iterable[Candidate], quotas: Mapping[str, int]) -> tuple[Candidate, ...]:
    """So many of each group as its quota says, or all where there are fewer, in the order in which they were drawn.

    The order is that of SHA-256 over seed, a zero byte and key, so that it depends neither on how the list was sorted nor on this
    program: with the seed and :func:`list_digest` published before, anybody repeats it. ``ValueError`` where two
    candidates have one key, since one of them would be drawn in the other's name.
    """
    known = list(candidates)
    if len({one.key for one in known}) != len(known):
        raise ValueError("two candidates have the same key")
    left = dict(quotas)
    drawn = []
    for one in sorted(known, key=lambda one: _lot(seed, one.key)):
        if left.get(one.group, 0) > 0:
            left[one.group] -= 1
            drawn.append(one)
    return tuple(drawn)


def list_digest(candidates: Sequence[Candidate]) -> str:
    """SHA-256 of the list in the order of its keys, to be published with the seed."""
    lines = sorted(f"{one.key}\0{one.group}\n" for one in candidates)
    return sha256("".join(lines).encode()).hexdigest()


def _lot(seed: str, key: str) -> bytes:
    return sha256(f"{seed}\0{key}".encode()).digest()
