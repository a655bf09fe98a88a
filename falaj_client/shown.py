"""Lists as notebooks show them: a table of the first rows, in HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any

from falaj_client.frames import Column

#: Rows and the characters of one cell that are shown.
ROWS = 10
CELL_CHARACTERS_MAX = 80


def table(url: str, columns: Sequence[Column], rows: Sequence[Any]) -> str:
    """The first of the rows, and three dots where there are more."""
    head = "".join(f"<th>{escape(one.name)}</th>" for one in columns)
    body = "".join(f"<tr>{''.join(_cells(columns, row))}</tr>" for row in rows[:ROWS])
    more = "<p>…</p>" if len(rows) > ROWS else ""
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}<p>{_link(url)}</p></div>"


def failure(url: str, reason: str) -> str:
    return f"<div><p>{escape(reason)}</p><p>{_link(url)}</p></div>"


def _link(url: str) -> str:
    return f'<a href="{escape(url)}"><code>{escape(url)}</code></a>'


def _cells(columns: Sequence[Column], row: Any) -> Iterator[str]:
    for one in columns:
        text = _text(one.read(row))
        short = text if len(text) <= CELL_CHARACTERS_MAX else f"{text[: CELL_CHARACTERS_MAX - 1]}…"
        yield f'<td dir="auto">{escape(short)}</td>'


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%SZ}"
    return str(value)
