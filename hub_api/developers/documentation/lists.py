"""What follows from an open list of the programme, so that nobody writes it again: its tag, examples, cursor, texts."""

from __future__ import annotations

from citycore.language import Language, catalogue
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, Position, by_identifier, by_text
from hub_api.programme.public import ROOMS
from hub_api.serving.paging import Key
from hub_api.serving.texts import TEXTS

#: By the operation that reads it.
LISTS = {value.name: value for room in ROOMS for value in vars(room).values() if isinstance(value, OpenList)}
#: By the wing that a list belongs to.
TAGS = {
    "casework": "hackathons",
    "contest": "hackathons",
    "outreach": "hackathons",
    "funding": "funding",
    "market": "marketplace",
    "participation": "participation",
}
NO_IDENTIFIER = "00000000-0000-0000-0000-000000000000"
#: By how rows follow each other, the one before the first.
_BEGINNINGS: dict[Position, Key] = {by_text: "", by_identifier: NO_IDENTIFIER}
#: The operations of elements that have an address of their own, with their list.
ELEMENTS = {one.noun: one for one in LISTS.values() if one.noun is not None and one.has_addresses}
#: What can be named in an address or a filter and may not exist.
NOUNS = frozenset(one.noun for one in LISTS.values() if one.noun is not None)


def list_of(operation: str) -> OpenList | None:
    """The open list that an operation reads, or has one element of."""
    return LISTS.get(operation) or ELEMENTS.get(operation)


def examples_of(found: OpenList, operation: str) -> tuple[str, ...]:
    path = f"{found.prefix}/{found.name.replace('_', '-')}"
    return (path, f"{path}?f=csv") if operation == found.name else (f"{path}/{{{found.noun}}}",)


def tag_of_list(found: OpenList) -> str:
    return "participation" if found.prefix == PARTICIPATION else TAGS[found.package.split(".")[2]]


def beginning_of(operation: str) -> Key | None:
    found = LISTS.get(operation)
    return None if found is None else _BEGINNINGS.get(found.position)


def text_of(operation: str, part: str, language: Language) -> str:
    """Its ``summary`` or ``description``: with the texts of the API, or in those of the list's noun under ``open``."""
    key, found = f"operation.{operation}.{part}", list_of(operation)
    if key in TEXTS.texts[language] or found is None:
        return TEXTS.text(key, language)
    return catalogue(found.package).text(f"open.{operation}.{part}", language)
