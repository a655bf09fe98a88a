"""Writes one workbook, in a process of its own: what makes cells of rows is plain Python and would keep every other request waiting.

Run by its path with ``python -I``; it imports nothing of the hub's. Its first argument is the file to write. On standard input
comes a line of JSON that says what a workbook is (:class:`hub_api.serving.exports.sheets.Workbook`), then a line for each row, an
array of values in the order of the columns. It holds one row at a time.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

#: Excel counts days from here; before March 1900 it counts one that there was not.
FIRST_DATE = date(1900, 3, 1)
#: A number beyond these loses digits, and a text beyond these is no cell.
DIGITS_MAX, CHARACTERS_MAX = 10**15, 32_767
WIDTHS = {"instant": 28, "local": 19, "date": 11, "text": 16, "number": 12, "whole": 10, "truth": 10}
ABOUT_WIDTHS = (24, 100)
NICENESS = 5

Write = Callable[[Any, int, int, Any], object]


def main() -> None:
    os.nice(NICENESS)
    told = json.loads(sys.stdin.buffer.readline())
    options = {"constant_memory": True, "tmpdir": os.path.dirname(sys.argv[1])}  # noqa: PTH120  # as xlsxwriter takes it
    book = xlsxwriter.Workbook(sys.argv[1], options)
    try:
        rows = map(json.loads, sys.stdin.buffer)
        _write_data(book, told, rows)
        _write_about(book, told)
    finally:
        book.close()


def _write_data(book: Any, told: dict[str, Any], rows: Iterable[list[Any]]) -> None:
    sheet = _sheet(book, told, told["sheets"][0])
    zone = ZoneInfo(told["zone"])
    cells = list(_cells(book, told["columns"], zone))
    bold = book.add_format({"bold": True})
    for place, (name, kind, _, _) in enumerate(cells):
        sheet.set_column(place, place, max(WIDTHS[kind], len(name) + 2))
        sheet.write_string(0, place, name, bold)
    sheet.freeze_panes(1, 0)
    writers = [(place, source, write) for place, (_, _, source, write) in enumerate(cells)]
    number = 0
    for number, row in enumerate(rows, start=1):
        for place, source, write in writers:
            value = row[source]
            if value is not None:
                write(sheet, number, place, value)
    told["about"].append([told["row_count_name"], str(number)])


def _cells(book: Any, columns: list[list[str]], zone: ZoneInfo) -> Iterator[tuple[str, str, int, Write]]:
    """Name, kind, place in a row, and how it is written: an instant as it is everywhere, and as a date of the place."""
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})

    def local(sheet: Any, row: int, place: int, value: str) -> None:
        try:
            found = datetime.fromisoformat(value).astimezone(zone).replace(tzinfo=None)
        except OverflowError:
            return
        if found.date() >= FIRST_DATE:
            sheet.write_datetime(row, place, found, moment)

    def local_date(sheet: Any, row: int, place: int, value: str) -> None:
        found = date.fromisoformat(value)
        if found >= FIRST_DATE:
            sheet.write_datetime(row, place, found, day)
        else:
            sheet.write_string(row, place, value)

    plain: dict[str, Write] = {
        "instant": _text,
        "date": local_date,
        "number": _number,
        "whole": _number,
        "truth": _truth,
        "text": _text,
    }
    for place, (name, kind) in enumerate(columns):
        yield name, kind, place, plain[kind]
        if kind == "instant":
            yield f"{name}_local", "local", place, local


def _text(sheet: Any, row: int, place: int, value: Any) -> None:
    """Never a formula or a link, whatever it looks like; one that is too long says that it was cut."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    sheet.write_string(row, place, text if len(text) <= CHARACTERS_MAX else f"{text[: CHARACTERS_MAX - 1]}…")


def _number(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, str):
        _text(sheet, row, place, value)
    elif not math.isfinite(value):
        return
    elif isinstance(value, int) and abs(value) >= DIGITS_MAX:
        sheet.write_string(row, place, str(value))
    else:
        sheet.write_number(row, place, value)


def _truth(sheet: Any, row: int, place: int, value: Any) -> None:
    sheet.write_boolean(row, place, value)


def _write_about(book: Any, told: dict[str, Any]) -> None:
    sheet = _sheet(book, told, told["sheets"][1])
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    for place, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    for row, (name, value) in enumerate(told["about"]):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value[:CHARACTERS_MAX], wrapped)


def _sheet(book: Any, told: dict[str, Any], name: str) -> Any:
    sheet = book.add_worksheet(name)
    if told["is_right_to_left"]:
        sheet.right_to_left()
    return sheet


if __name__ == "__main__":
    main()
