"""What people have written, as mail of the hub may carry it: readable, and nothing that a mail program makes a link of.

The hub writes to people who have never heard of it, and anybody can name a team. Pure.
"""

from __future__ import annotations

import re
from typing import Final

#: Of a name or a title; of what somebody explains, in lines of their own.
NAME_CHARACTERS_MAX: Final = 160
TEXT_CHARACTERS_MAX: Final = 4_000
_TAKEN_OUT: Final = "…"
#: Letters that take no room: they would hide a link from us and not from a reader.
_NO_WIDTH: Final = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]")
_DOTS: Final = ".\u3002\uff0e\uff61"
_ADDRESS: Final = re.compile(
    # With a scheme, or as if there were one.
    r"(?:\b[a-z][a-z0-9+.\-]{0,30}[:：])?[/／\\]{2,}[^\s/／\\]\S*"
    r"|\b(?:mailto|tel|sms|callto|javascript|data|skype|whatsapp|bitcoin|magnet|intent)[:：]\S+"
    rf"|\bwww[{_DOTS}]\S+"
    # Of a mailbox.
    r"|[^\s@＠]+[@＠][^\s@＠]+"
    # Of a machine.
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?![\d.])\S*",
    re.IGNORECASE,
)
#: Between what could be the parts of a domain: programs make links of these without any scheme.
_DOMAIN_DOT: Final = re.compile(rf"(?<=[^\W_])[{_DOTS}](?=[^\W\d_]{{2,}})|(?<=[^\W_])[{_DOTS}](?=xn--)")


def told_name(text: str) -> str:
    """A name or a title on one line."""
    return _bounded(" ".join(_without_links(text).split()), NAME_CHARACTERS_MAX)


def told_text(text: str) -> str:
    """A longer text with its lines."""
    return _bounded(_without_links(text), TEXT_CHARACTERS_MAX)


def _without_links(text: str) -> str:
    return _DOMAIN_DOT.sub(" . ", _ADDRESS.sub(_TAKEN_OUT, _NO_WIDTH.sub("", text)))


def _bounded(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else f"{text[: characters_max - 1].rstrip()}{_TAKEN_OUT}"
