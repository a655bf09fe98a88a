"""What a mail leaves behind on the page of notifications. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from casework.notifications.model import PACKAGE, Notification
from casework.outbox.words import told_name
from citycore.language import Language

#: The mail of the day tells what was told already.
DIGEST: Final = "digest"
UNTOLD: Final = frozenset({f"{PACKAGE.rpartition('.')[2]}/{DIGEST}"})
#: Fields of mails that say what it belongs to, the nearest first.
NAMING: Final = (
    "title",
    "subject",
    "offering",
    "need",
    "team",
    "company",
    "challenge",
    "call",
    "hackathon",
    "organisation",
)
#: What in an address opens something for whoever has it.
SECRETS: Final = frozenset({"token", "code", "key"})
#: Not where one acts: the way out of a mail.
_WAYS_OUT: Final = frozenset({"stop_link"})
_MOUNT: Final = "/portal/"


def about_of(fields: Mapping[str, str], subject: str) -> str:
    """What a mail belongs to, unless its subject says so already."""
    named = (told_name(fields[name]) for name in NAMING if fields.get(name))
    return next((name for name in named if name not in subject), "")


def path_of(fields: Mapping[str, str]) -> str | None:
    """The first page of the portal that a mail leads to; None where its address carries a secret."""
    for name, link in fields.items():
        if name.endswith("link") and name not in _WAYS_OUT:
            parts = urlsplit(link)
            _, mount, path = parts.path.partition(_MOUNT)
            query = parse_qsl(parts.query)
            if mount and not SECRETS & {key for key, _ in query}:
                return f"/{path}?{urlencode(query)}" if query else f"/{path}"
    return None


def paths_above(path: str) -> list[str]:
    """An address and those above it that are of one thing: ``/needs/7/step`` belongs to ``/needs/7``, not to ``/needs``."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:number]) for number in range(len(parts), 1, -1)]


def digest_text(told: Sequence[Notification], language: Language, portal_url: str) -> str:
    """One after the other, each with its address on a line of its own.

    A line is empty at the end, so that what closes the field in a mail does not stand beside an address.
    """
    lines: list[str] = []
    for one in told:
        said = one.abouts.shown(language)
        about = f": {told_name(said)}" if said else ""
        lines += [
            f"– {one.subjects.shown(language)}{about}",
            f"{portal_url}{one.path or '/account/notifications'}",
        ]
    return "\n".join([*lines, ""])
