"""How a page is built, for whoever judges pages by that alone: two that are built alike are judged alike."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import groupby
from typing import Any

import lxml.html  # type: ignore[import-untyped]

from citycore.language import LANGUAGES

#: Attributes whose value axe judges by; of the others it counts whether they say anything.
SAID = frozenset(
    [
        "class",
        "role",
        "type",
        "lang",
        "dir",
        "scope",
        "autocomplete",
        "tabindex",
        "open",
        "hidden",
        "rel",
        "style",
    ]
)
#: Those that name other elements, and those of ARIA that are words.
POINTING = frozenset(
    ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "headers"]
)
NAMED = frozenset(["aria-label", "aria-valuetext"])
#: What the two languages of a page differ in; that it is right is looked at in each.
WRITTEN = {"lang": frozenset(LANGUAGES), "dir": frozenset(["ltr", "rtl"])}


def skeleton_of(source: str, *, is_of_any_language: bool = False) -> str:
    """How a page is built: its elements with all that axe looks at but words, numbers and addresses; rows that are alike count
    once. In either language it is the same ``is_of_any_language``.
    """
    document = lxml.html.document_fromstring(source)
    written = WRITTEN if is_of_any_language else {}
    return sha256(_built(document, Counter(document.xpath("//@id")), written).encode()).hexdigest()


def _built(element: Any, keys: Counter[str], written: dict[str, frozenset[str]]) -> str:
    if not isinstance(element.tag, str):
        return ""
    said = " ".join(
        f"{name}={'' if value in written.get(name, ()) else _judged(name, value, keys)}"
        for name, value in sorted(element.attrib.items())
    )
    inner = "".join(one for one, _ in groupby(_built(child, keys, written) for child in element))
    words = any(text and text.strip() for text in (element.text, *(child.tail for child in element)))
    return f"<{element.tag} {said}{' words' if words else ''}>{inner}</>"


def _judged(name: str, value: str, keys: Counter[str]) -> object:
    """What axe judges of an attribute: its value, whether it leads anywhere, or whether it says anything."""
    if name in POINTING:
        return [keys[one] for one in value.split()]
    if name == "id":
        return keys[value]
    return value if name in SAID or (name.startswith("aria-") and name not in NAMED) else bool(value.strip())
