"""What a column of a list shows, on the page and in a file of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from casework.lists.model import Row
from casework.money.model import Money
from casework.money.rules import shown
from casework.people.model import Names
from casework.workflow.model import Machine
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.language import Language
from hub_api.programme.kit.marks import state_mark
from hub_api.programme.kit.rendering import WORDS


class Mark(NamedTuple):
    """A text with the look of a state."""

    look: str
    text: str


#: What a cell holds; None is an empty one.
Value = str | int | datetime | Mark | None


@dataclass(frozen=True, slots=True)
class Column:
    """``title`` is the text of its heading, ``cell`` what it says of a row, and ``sort`` the name of what it is sorted by, which may
    have ``{language}`` in it.
    ``link`` is the path that it leads to, with names of the row's columns.
    """

    title: str
    cell: Callable[[Row, Language], Value]
    sort: str | None = None
    link: str | None = None


def text(name: str, otherwise: str | None = None) -> Callable[[Row, Language], Value]:
    """What stands there, or the text ``otherwise`` where nothing does."""
    return lambda row, language: row[name] or (None if otherwise is None else WORDS.text(otherwise, language))


def names(name: str, otherwise: str | None = None) -> Callable[[Row, Language], Value]:
    """A name in both languages, from the columns ``…_ar`` and ``…_en``."""

    def cell(row: Row, language: Language) -> Value:
        found = Names(row[f"{name}_ar"] or "", row[f"{name}_en"] or "").shown(language)
        return found or (None if otherwise is None else WORDS.text(otherwise, language))

    return cell


def value(name: str) -> Callable[[Row, Language], Value]:
    """A number or an instant."""
    return lambda row, _: row[name]


def state(machine: Machine[Any], name: str = "state") -> Callable[[Row, Language], Value]:
    """A state of a workflow."""
    return lambda row, language: Mark(
        state_mark(machine.name, row[name]), machine.label("state", row[name]).text(language)
    )


def code(name: str, label: Callable[[str], Label]) -> Callable[[Row, Language], Value]:
    """What a code is called."""
    return lambda row, language: None if row[name] is None else label(row[name]).text(language)


def money(amount: str, currency: str) -> Callable[[Row, Language], Value]:
    """An amount, from the columns of its minor units and its currency."""
    return lambda row, language: shown(Money(row[amount], row[currency]), language)


def when(name: str, texts: Mapping[bool, str]) -> Callable[[Row, Language], Value]:
    """One text or another, such as that something is overdue."""
    return lambda row, language: (
        WORDS.text(texts[key], language) if (key := bool(row[name])) in texts else None
    )


def plain(cell: Value) -> object:
    """As a file says it: instants in the city's time, as a spreadsheet reads them."""
    if isinstance(cell, Mark):
        return cell.text
    return f"{cell.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell
