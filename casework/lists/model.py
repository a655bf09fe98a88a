"""What a list is: one statement of a noun, and what of its columns people sort and choose by.

The noun writes ``SELECT … FROM … WHERE`` with what the reader may see and nothing else: no order, no limit, no words. What a row
says besides stands in scalar subqueries or left joins, so that counting leaves it out. Conditions are written about ``listed``, which is
the statement's rows; they are literals of the project, and only their values come from an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, LiteralString, NamedTuple, TypeAlias

from casework.workflow.model import NEVER, Binding
from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.normalisation import like_pattern

Row: TypeAlias = Mapping[str, Any]
Kind = Literal["instant", "day", "text", "whole"]
#: How a value that rows are sorted by is said in an address and read again, and its type in the database.
READS: Mapping[Kind, tuple[Callable[[str], object], LiteralString]] = {
    "instant": (datetime.fromisoformat, "timestamptz"),
    "day": (date.fromisoformat, "date"),
    "text": (str, "text"),
    "whole": (int, "bigint"),
}
#: What stands in an expression for an instant that is not planned: it sorts last.
LAST: LiteralString = f"timestamptz '{NEVER.year}-01-01 00:00:00+00'"
WORDS = "q"


@dataclass(frozen=True, slots=True)
class Sort:
    """``sql`` is never NULL, and has an index with the list's key behind it where the list can be long."""

    sql: LiteralString
    kind: Kind


class Condition(NamedTuple):
    sql: LiteralString
    value: object = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What is chosen by the parameter ``name`` of the address; nothing is chosen where it is empty.

    ``read`` makes a condition of the text, with the parameter of the same name for its value; ``ValueError`` for what is none.
    ``choices`` are what a list box offers. ``column`` is counted by, and ``counts`` are the values that each choice stands for.
    """

    name: str
    read: Callable[[str], Condition]
    _: KW_ONLY
    kind: Literal["words", "choice", "day", "flag"]
    default: str = ""
    choices: tuple[str, ...] = ()
    column: LiteralString | None = None
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskList:
    """``values`` gives what the statement asks for this session and what the address of the page names, and raises for whoever
    may not see the list. ``first`` is how it is sorted at first: a name of ``sorts``, with a minus where the greatest comes first.

    ``noted`` says what is noted of the people in these columns once they are shown. Where a list is ``asked_first`` nobody is shown
    before somebody chooses by something. ``binding`` is that of the workflow whose steps are taken for many rows.
    """

    statement: LiteralString
    key: LiteralString
    values: Callable[..., Mapping[str, object]]
    _: KW_ONLY
    sorts: Mapping[str, Sort]
    first: str
    filters: tuple[Filter, ...] = ()
    noted: tuple[str, tuple[str, ...]] | None = None
    is_numbered: bool = False
    asked_first: bool = False
    binding: Binding[Any] | None = None

    @property
    def counted(self) -> Filter | None:
        """The filter whose choices are counted."""
        return next((one for one in self.filters if one.column is not None), None)


class Place(NamedTuple):
    """Where a page begins or ends: what the row is sorted by, and its key."""

    value: str
    key: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for: how each filter stands, how it is sorted, and from where on or back."""

    chosen: Mapping[str, str]
    sort: str
    after: Place | None = None
    before: Place | None = None

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list. There are ``is_more`` than ``total`` where nobody counted on. ``counts`` is by choice of the filter that is counted; ``before`` and ``after`` lead to the pages beside it."""

    rows: list[Row]
    total: int
    is_more: bool
    counts: Mapping[str, int]
    before: Place | None
    after: Place | None


def words(sql: LiteralString = "listed.search_text LIKE %(q)s") -> Filter:
    """By words, spelled with or without tashkeel, hamza and the like, in a column that is made comparable."""
    return Filter(WORDS, lambda text: Condition(sql, like_pattern(text)), kind="words")


def one_of(
    name: str,
    column: LiteralString,
    codes: tuple[str, ...],
    groups: Mapping[str, tuple[str, ...]] | None = None,
    default: str = "",
) -> Filter:
    """By a code of ``column``, counted. ``groups`` are several codes under one name; they come first."""
    stands_for = {**(groups or {}), **{code: (code,) for code in codes}}

    def read(text: str) -> Condition:
        if text not in stands_for:
            raise ValueError(text)
        return Condition(f"{column} = ANY (%({name})s::text[])", list(stands_for[text]))

    choices = tuple(stands_for)
    return Filter(
        name, read, kind="choice", default=default, choices=choices, column=column, counts=stands_for
    )


def also(known: Filter, others: Mapping[str, LiteralString]) -> Filter:
    """With more choices, which are conditions and not counted; they come before the others."""

    def read(text: str) -> Condition:
        return Condition(others[text]) if text in others else known.read(text)

    return replace(known, read=read, choices=(*others, *known.choices))


def picked(name: str, conditions: Mapping[str, LiteralString], default: str = "") -> Filter:
    """By one of several conditions, not counted."""
    return replace(also(coded(name, "", ()), conditions), default=default)


def coded(
    name: str, column: LiteralString, codes: tuple[str, ...], sql: LiteralString | None = None
) -> Filter:
    """By a code of ``column``, or by a condition on a code; not counted."""

    def read(text: str) -> Condition:
        if text not in codes:
            raise ValueError(text)
        return Condition(sql or f"{column} = %({name})s", text)

    return Filter(name, read, kind="choice", choices=codes)


def flag(name: str, sql: LiteralString, *, default: str = "") -> Filter:
    """Whether only what it says is shown."""

    def read(text: str) -> Condition:
        if text != "1":
            raise ValueError(text)
        return Condition(sql)

    return Filter(name, read, kind="flag", default=default)


def days(column: LiteralString) -> tuple[Filter, Filter]:
    """From a day on, and until the end of a day, of the city."""

    def since(text: str) -> Condition:
        return Condition(f"{column} >= %(since)s", day_start(_day(text), CITY_ZONE))

    def until(text: str) -> Condition:
        end = day_end(_day(text), CITY_ZONE)
        return Condition(f"{column} < %(until)s", end)

    return Filter("since", since, kind="day"), Filter("until", until, kind="day")


def _day(text: str) -> date:
    """A day with room on both sides for the zones of the world."""
    day = date.fromisoformat(text)
    if not NEVER.year > day.year > 1:
        raise ValueError(text)
    return day
