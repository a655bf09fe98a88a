"""The statements about dead letters, values in, values out. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citycore.dead_letters.model import Count, DeadLetter, Removal, Sealed, Selection, Span, Status
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.topics import PREFIX, pattern_of

QUERIES = load_queries("citycore.dead_letters")


def find_dead_letters(
    connection: Connection, selection: Selection, before: int | None, rows: int
) -> list[DeadLetter]:
    """At most ``rows`` letters, newest first, with a number below ``before`` where it is given."""
    parameters = _filters(connection, selection) | {"before": before, "rows": rows}
    return [DeadLetter(*row) for row in connection.execute(QUERIES["dead_letters"], parameters).fetchall()]


def find_dead_letter(connection: Connection, dead_letter_id: int) -> tuple[DeadLetter, bytes] | None:
    """A letter and its payload."""
    row = connection.execute(QUERIES["dead_letter"], {"dead_letter_id": dead_letter_id}).fetchone()
    return None if row is None else (DeadLetter(*row[:-1]), bytes(row[-1]))


def find_known_ids(connection: Connection, ids: Sequence[int]) -> set[int]:
    rows = connection.execute(QUERIES["known_ids"], {"ids": list(ids)}).fetchall()
    return {number for (number,) in rows}


def last_dead_letter(connection: Connection) -> int:
    row = connection.execute(QUERIES["last_dead_letter"]).fetchone()
    assert row is not None
    return int(row[0])


def find_sealed(connection: Connection, selection: Selection, span: Span, rows: int) -> list[Sealed]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            QUERIES["sealed_dead_letters"], _filters(connection, selection) | _part(selection, span, rows)
        )
        return [Sealed(*row) for row in cursor.fetchall()]


def find_ids(connection: Connection, selection: Selection, span: Span, rows: int) -> list[int]:
    parameters = _filters(connection, selection) | _part(selection, span, rows)
    return [number for (number,) in connection.execute(QUERIES["dead_letter_ids"], parameters).fetchall()]


def mark_replayed(connection: Connection, letters: Sequence[Sealed]) -> None:
    """Count a replay of each; what was not received again since it was read is ``replayed``."""
    ids = [letter.dead_letter_id for letter in letters]
    connection.execute(QUERIES["lock_dead_letters"], {"ids": ids})
    counts = [letter.times_received for letter in letters]
    connection.execute(QUERIES["mark_replayed"], {"ids": ids, "times_received": counts})


def mark_discarded(connection: Connection, ids: Sequence[int], status: Status | None) -> int:
    """Set those aside that (still) have this status; their number."""
    connection.execute(QUERIES["lock_dead_letters"], {"ids": list(ids)})
    parameters = {"ids": list(ids), "status": status}
    return connection.execute(QUERIES["mark_discarded"], parameters).rowcount


def find_counts(connection: Connection) -> list[Count]:
    return [Count(*row) for row in connection.execute(QUERIES["counts"]).fetchall()]


def find_removals(connection: Connection) -> list[Removal]:
    return [Removal(*row) for row in connection.execute(QUERIES["removals"]).fetchall()]


def topic_patterns(connection: Connection, source: str) -> list[str]:
    """Regular expressions for the topics outside of its namespace that a source has."""
    row = connection.execute(QUERIES["filters_of_source"], {"source": source}).fetchone()
    return [] if row is None else [pattern_of(wanted) for wanted in row[0]]


def own_filters(connection: Connection) -> list[str]:
    """The topics outside of all namespaces that some source has, as filters."""
    return [wanted for (wanted,) in connection.execute(QUERIES["own_filters"]).fetchall()]


def _filters(connection: Connection, selection: Selection) -> dict[str, Any]:
    source = selection.source
    return {
        "status": selection.status,
        "reason": selection.reason,
        "topics": None if source is None else f"{PREFIX}/{source}/",
        "patterns": [] if source is None else topic_patterns(connection, source),
    }


def _part(selection: Selection, span: Span, rows: int) -> dict[str, Any]:
    ids = None if selection.ids is None else list(selection.ids)
    return {"ids": ids, "after": span.after, "last": span.last, "rows": rows}
