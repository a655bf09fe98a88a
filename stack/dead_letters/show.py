"""Dead letters as tables and text, or as the JSON that the API answers."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from citycore.dead_letters import repository, service
from citycore.dead_letters.model import STATUSES, Count, DeadLetter, Removal, Selection
from citycore.dead_letters.rules import payload_hex, payload_text, reason_text
from stack.dead_letters.connection import admin_connection
from stack.texts import choose_language, text

HEX_BYTES_MAX = 1_024
WIDTH_WITHOUT_TERMINAL = 140
#: Reasons about which something can be done at this command line.
REMEDIES = ("unknown_thing", "unknown_property")


def print_dead_letters(selection: Selection, limit: int, *, as_json: bool) -> None:
    """The newest letters of the selection, how many there are in all, and what to do."""
    with admin_connection() as connection, connection.transaction():
        letters = repository.find_dead_letters(connection, selection, None, limit + 1)
        counts, removals = repository.find_counts(connection), repository.find_removals(connection)
    if as_json:
        _write_json(letters[:limit], counts, removals)
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)
    console.print(_table(letters[:limit]) if letters else text("dead_letters.none"))
    if len(letters) > limit:
        console.print(text("dead_letters.more", limit=limit * 10), style="dim")
    for line in summary(counts, removals):
        console.print(line, markup=False, soft_wrap=True)


def print_dead_letter(number: int) -> None:
    """One letter with its payload; :class:`DeadLetterNotFound`."""
    with admin_connection() as connection:
        letter, payload = service.get_dead_letter(connection, number)
    console = Console(highlight=False, soft_wrap=True)
    for name, value in described(letter):
        console.print(Text.assemble((f"{text(f'dead_letters.{name}')}: ", "bold"), value))
    shown = payload_text(payload)
    if shown is None:
        title, shown = (
            text("dead_letters.payload_hex", bytes=HEX_BYTES_MAX),
            payload_hex(payload, HEX_BYTES_MAX),
        )
    else:
        title = text("dead_letters.payload_text")
    console.print(Text(f"{title}:", style="bold"))
    console.print(Text(shown))


def described(letter: DeadLetter) -> list[tuple[str, str]]:
    """Each line of a letter: the key of its name in ``[letters]``, and its text."""
    reason = reason_text(letter.reason, choose_language(os.environ))
    replays = (
        text("dead_letters.times_of", count=letter.times_replayed)
        if letter.last_replayed_at is None
        else text(
            "dead_letters.times_until", count=letter.times_replayed, at=f"{letter.last_replayed_at:%F %T}"
        )
    )
    return [
        ("number", str(letter.dead_letter_id)),
        ("topic", printable(letter.topic)),
        ("status", letter.status),
        ("reason", f"{letter.reason} – {reason}"),
        ("detail", printable(letter.detail)),
        ("first", f"{letter.first_received_at:%F %T}"),
        ("last", f"{letter.last_received_at:%F %T}"),
        ("received", text("dead_letters.times_of", count=letter.times_received)),
        ("replayed", replays),
        ("bytes", str(letter.payload_bytes)),
    ]


def summary(counts: Sequence[Count], removals: Sequence[Removal]) -> list[str]:
    """How many there are, how many were removed, and what can be done about the open ones."""
    by_status: Counter[str] = Counter(dict.fromkeys(STATUSES, 0))
    for count in counts:
        by_status[count.status] += count.letters
    kib = sum(count.payload_bytes for count in counts) / 1024
    lines = [text("dead_letters.counts", kib=f"{kib:,.0f}", **by_status)]
    if removals:
        reasons = ", ".join(f"{one.reason}/{one.status} {one.letters}" for one in removals)
        lines.append(
            text("dead_letters.removed", count=sum(one.letters for one in removals), reasons=reasons)
        )
    present = {count.reason for count in counts if count.status == "open"}
    return lines + [text(f"dead_letters.remedy_{reason}") for reason in REMEDIES if reason in present]


def printable(given: str) -> str:
    """What a device sent, without characters that would move the cursor of a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in given)


def _table(letters: Sequence[DeadLetter]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("number", "status", "reason", "topic", "times", "last", "bytes"):
        table.add_column(
            text(f"dead_letters.{name}"),
            overflow="fold",
            no_wrap=name != "topic",
            justify="right" if name in {"number", "bytes"} else "left",
        )
    for letter in letters:
        table.add_row(
            str(letter.dead_letter_id),
            letter.status,
            letter.reason,
            Text(printable(letter.topic)),
            f"{letter.times_received}/{letter.times_replayed}",
            f"{letter.last_received_at:%F %T}",
            f"{letter.payload_bytes:,}",
        )
    return table


def _write_json(letters: Sequence[DeadLetter], counts: Sequence[Count], removals: Sequence[Removal]) -> None:
    import orjson

    from hub_api.operations.admin.schemas import dead_letter_element, overview_element
    from hub_api.operations.admin.service import Overview

    language = choose_language(os.environ)
    content = {
        "data": [dead_letter_element(letter, language) for letter in letters],
        "meta": overview_element(Overview(list(counts), list(removals))),
    }
    sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE))
