"""``python -m casework.people.blocked.make --out FILE LIST…``: a filter of the passwords in lists, one a line, plain or gzip.

The most frequent stand first in the first list. What has the policy's length is taken as it is. Of the first shorter ones their words
are taken: a password that is one of them with whatever digits and marks at its ends, or twice, is found; and so is any two
of the very first in a row. Lines that are no password are counted and left out.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from casework.people.blocked import filter as filters
from casework.people.blocked.rules import bare, core, folded, is_word, spelled

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: whole passwords from ``characters_min`` on, so many shorter words of each list, and pairs of so many of the first."""

    characters_min: int = 12
    characters_max: int = 200
    words_max: int = 40_000
    paired: int = 400
    wrong_share: float = 1e-6


@dataclass(slots=True)
class Lists:
    """What the lists say so far, in their order and each once, and what was found wrong with their lines."""

    whole: dict[str, None] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)

    def take(self, file: Path, limits: Limits) -> None:
        """A list; ``OSError`` where nobody can read it."""
        data = file.read_bytes()
        count: dict[str, Any] = {"file": file.name, "sha256": sha256(data).hexdigest(), "lines": 0, "bad": 0}
        shorter: set[str] = set()
        for line in _lines(data):
            count["lines"] += 1
            password = _password(line, limits.characters_max)
            if password is None:
                count["bad"] += 1
            elif len(password) >= limits.characters_min:
                self.whole.setdefault(bare(password))
            elif len(shorter) < limits.words_max:
                shorter |= self._take_words(password)
        self.sources.append(count)

    def _take_words(self, password: str) -> set[str]:
        found = set(filter(is_word, spelled(core(password))))
        for word in sorted(found):
            self.words.setdefault(word)
        return found


def made_of(lists: Lists, limits: Limits, at: datetime) -> filters.Filter:
    """The filter, which says what is in it."""
    first = [word for word in lists.words if word.isalpha()][: limits.paired]
    pairs = {one + other for one in first for other in first if len(one + other) >= limits.characters_min}
    pairs -= lists.whole.keys()
    texts = lists.whole.keys() | pairs | lists.words.keys()
    says = {
        "made": at.date().isoformat(),
        "characters_min": limits.characters_min,
        "wrong_share": limits.wrong_share,
        "listed": len(lists.whole),
        "pairs": len(pairs),
        "words": len(lists.words),
        "sources": lists.sources,
    }
    return filters.build(texts, limits.wrong_share, says)


def _lines(data: bytes) -> Iterator[bytes]:
    return iter((gzip.decompress(data) if data.startswith(_GZIP) else data).splitlines())


def _password(line: bytes, characters_max: int) -> str | None:
    """As it is compared; None for what is none: no UTF-8, empty, too long, or with signs that nobody types."""
    try:
        text = line.decode("utf-8")
    except UnicodeError:
        return None
    found = folded(text) if text.isprintable() and len(text) <= characters_max else ""
    return found if bare(found) else None


def main(told: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m casework.people.blocked.make", description=__doc__)
    known = Limits()
    parser.add_argument("lists", nargs="+", type=Path, metavar="LIST")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--characters-min", type=int, default=known.characters_min)
    parser.add_argument("--words-max", type=int, default=known.words_max)
    parser.add_argument("--paired", type=int, default=known.paired)
    asked = parser.parse_args(told)
    limits = Limits(asked.characters_min, known.characters_max, asked.words_max, asked.paired)
    lists = Lists()
    try:
        for file in asked.lists:
            lists.take(file, limits)
        if not lists.whole and not lists.words:
            return _refuse("the lists hold no password")
        made = made_of(lists, limits, datetime.now(UTC))
        filters.write(made, asked.out)
    except (OSError, EOFError) as error:  # nobody can read a list, or it is cut off
        return _refuse(str(error))
    lines = ["{file}: {lines} lines, {bad} of them left out".format(**one) for one in lists.sources]
    counts = "{listed} listed, {pairs} pairs, {words} shorter words".format(**made.says)
    sys.stdout.write("\n".join([*lines, f"{counts} in {len(made.bits)} bytes", ""]))
    return 0


def _refuse(why: str) -> int:
    sys.stderr.write(f"block_list_unusable: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
