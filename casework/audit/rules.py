"""Digests of lines, what may stand in one, and whether a chain holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from casework.audit.canonical import NotCanonical, canonical
from casework.audit.model import NOTHING, SCHEME, Damage, Detail, Finding, Head, Line, StoredLine

#: Codes, keys, digests and instants. No blank, no "@", nothing but ASCII: neither a name, nor an address, nor a sentence.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,199}")


def digest_of(previous: bytes, position: int, line: Line) -> bytes:
    """SHA-256 over the digest before and the canonical JSON of the line with its place."""
    content = {
        "chain": line.chain,
        "position": position,
        "at": instant_code(line.at),
        "subject": line.subject,
        "machine": line.machine,
        "object": str(line.object_id),
        "event": line.event,
        "source": line.source,
        "target": line.target,
        "reason": line.reason,
        "details": line.details,
    }
    return sha256(previous + canonical(content)).digest()


#: How digests were made that are still verified; new lines get that of ``model.SCHEME``.
SCHEMES: Final[Mapping[str, Callable[[bytes, int, Line], bytes]]] = MappingProxyType({SCHEME: digest_of})


def linked(lines: Iterable[Line], heads: Mapping[str, Head]) -> list[StoredLine]:
    """New lines with their places and digests, each behind the last of its chain; ``heads`` are where chains end before them."""
    ends = dict(heads)
    stored = []
    for line in lines:
        head = ends.get(line.chain, Head(line.chain, 0, NOTHING))
        position = head.position + 1
        digest = SCHEMES[SCHEME](head.digest, position, line)
        stored.append(StoredLine(position, line, head.digest, digest))
        ends[line.chain] = Head(line.chain, position, digest)
    return stored


def instant_code(instant: datetime) -> str:
    """An instant as it stands in a line: UTC, with microseconds, which is what the database keeps."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def check_details(details: Mapping[str, Detail]) -> None:
    """:class:`NotCanonical` for anything but codes and whole numbers: what persons write stays outside."""
    for name, value in details.items():
        _check_detail(name)
        _check_detail(value)


def _check_detail(value: Detail) -> None:
    if isinstance(value, list):
        for one in value:
            _check_detail(one)
    elif isinstance(value, str) and _CODE.fullmatch(value) is None:
        raise NotCanonical(f"a detail must be a code, not {value[:40]!r}")


@dataclass(slots=True)
class ChainCheck:
    """Goes through a chain line by line and keeps nothing but its last digest."""

    chain: str
    noted: Mapping[int, bytes] = field(default_factory=dict)
    position: int = 0
    digest: bytes = NOTHING

    def check(self, lines: Iterable[StoredLine], head: Head | None) -> Finding | None:
        """The first thing wrong with the chain."""
        return next(self._wrong(lines, head), None)

    def _wrong(self, lines: Iterable[StoredLine], head: Head | None) -> Iterator[Finding]:
        for stored in lines:
            damage = self._damage(stored)
            if damage is not None:
                yield Finding(self.chain, self.position + 1, damage)
            self.position, self.digest = stored.position, stored.digest
            if self.noted.get(stored.position, stored.digest) != stored.digest:
                yield Finding(self.chain, stored.position, Damage.NOTED_DIFFERS)
        yield from self._wrong_end(head)

    def _damage(self, stored: StoredLine) -> Damage | None:
        if stored.position != self.position + 1:
            return Damage.MISSING
        if stored.previous != self.digest:
            return Damage.UNLINKED
        return None if _digest_holds(stored) else Damage.CHANGED

    def _wrong_end(self, head: Head | None) -> Iterator[Finding]:
        if head is None:
            yield Finding(self.chain, 1, Damage.BEYOND_HEAD)
        elif head.position > self.position:
            yield Finding(self.chain, self.position + 1, Damage.MISSING)
        elif head.position < self.position:
            yield Finding(self.chain, head.position + 1, Damage.BEYOND_HEAD)
        elif head.digest != self.digest:
            yield Finding(self.chain, head.position, Damage.HEAD_DIFFERS)
        if max(self.noted, default=0) > self.position:
            yield Finding(self.chain, self.position + 1, Damage.MISSING)


def _digest_holds(stored: StoredLine) -> bool:
    made_by = SCHEMES.get(stored.scheme)
    try:
        return made_by is not None and made_by(stored.previous, stored.position, stored.line) == stored.digest
    except NotCanonical:
        return False  # somebody put there what is never written
