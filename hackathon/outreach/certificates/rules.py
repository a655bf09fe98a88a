"""Reading the number of a certificate as people type it. Pure."""

from __future__ import annotations

import re

#: Crockford's: nothing that is read as something else.
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
SHORT_ID_CHARACTERS = 10
_SHORT_ID = re.compile(f"[{LETTERS}]{{{SHORT_ID_CHARACTERS}}}")
#: What is read as something else all the same.
_MEANT = str.maketrans("oil", "011")


def read_short_id(text: str) -> str | None:
    """The number in what somebody typed or pasted, also out of the address of its page; None if there is none."""
    last = re.split(r"[?#]", text.strip())[0].rstrip("/").rpartition("/")[2]
    number = re.sub(r"[\s\-\u200e\u200f\u2066-\u2069]+", "", last).lower().translate(_MEANT)
    return number if _SHORT_ID.fullmatch(number) else None
