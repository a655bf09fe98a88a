"""People's words in CSV: spreadsheets take some for formulas and run them (OWASP, "CSV Injection")."""

from __future__ import annotations

import re

#: What a formula begins with, also in full width, and what a spreadsheet strips before it looks.
FORMULA = re.compile("[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")
#: A number may have a sign; it is no formula.
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def inert(cell: object) -> object:
    """A cell as it may stand in CSV: a text that looks like a formula gets an apostrophe before it."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
