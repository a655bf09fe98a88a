"""An open element is one pydantic model over the named columns of a statement.

What answers say of an object, what is documented of it and its columns in tables all come from the fields of that
model. A field is read from the column of its name, unless it says otherwise::

    need: Annotated[str, From("code")]
    name: Annotated[Names, From("title")]                          # title_en and title_ar
    agency_name: Annotated[Names, Filled()]                        # one language stands for the other where that is empty
    state_name: Annotated[Names, Worded(NEED.public_label)]        # the words for the code in ``state``
    budget: Annotated[str | None, Minor()]                         # budget_minor in ``currency``
    deadlines: Annotated[list[DeadlineDate], Dates(NEED)]

A model within a model is read from the JSON in the column of its name, or from columns that begin with its name; it
is null where all of these are. A column that no field reads, and a field without a column, are an ``AssertionError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Protocol, get_args, get_origin

from pydantic import BaseModel

from casework.money.model import Money
from casework.money.rules import plain
from casework.workflow.model import Machine
from casework.workflow.wording import Label
from citycore.intervals import parse_instant
from citycore.language import LANGUAGES
from citycore.store.kinds import without_none
from hub_api.serving.lists.model import Column, Element, Kind, columns, name_columns
from hub_api.serving.schemas import Names
from hub_api.serving.shapes import names


class Record(Protocol):
    """Values by the names of columns."""

    def __getitem__(self, name: str, /) -> Any: ...


#: From the columns of an object.
Read = Callable[[Record], Any]


@dataclass(frozen=True, slots=True)
class From:
    """The column that a field is read from, and how."""

    column: str
    read: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A name that repeats one language where it has not the other."""

    column: str | None = None


@dataclass(frozen=True, slots=True)
class Worded:
    """The words for a code: that of the column, or of the field's own name without ``_name``."""

    label: Callable[[str], Label]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Minor:
    """A decimal number, from an amount in the smallest unit of the column ``currency``."""

    column: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The languages in which there is a text."""

    column: str


@dataclass(frozen=True, slots=True)
class Dates:
    """Deadlines of a workflow; tables have a column for each that there may be."""

    machine: Machine[Any]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """The columns of a field in tables, where its type does not say them."""

    columns: Callable[[str], Iterable[Column]]


#: What only JSON has.
NO_CELLS = Cells(lambda _: ())
#: An organisation in a role: its identifier and its name.
BY_ROLE = Cells(
    lambda field: (
        Column(field, "text", (field, "organisation")),
        *(Column(f"{field}_name_{language}", "text", (field, "name", language)) for language in LANGUAGES),
    )
)


def cell_of(text: Callable[[Any], object], *, kind: Kind = "text", name: str | None = None) -> Cells:
    """One cell that is made of the value."""
    return Cells(lambda field: (Column(name or field, kind, (field,), text),))


def joined(key: str) -> Cells:
    """Codes of several objects in one cell."""
    return cell_of(lambda many: " ".join(each[key] for each in many))


def day_before(end: date) -> str:
    """The last day of what ends before ``end``."""
    return (end - timedelta(days=1)).isoformat()


def both_languages(label: Label) -> dict[str, str]:
    return {language: label.text(language) for language in LANGUAGES}


def filled_names(english: str | None, arabic: str | None) -> dict[str, str]:
    """What is there in one language stands for the other too."""
    return names(english or arabic or "", arabic or english or "")


def date_element(
    machine: Machine[Any], deadline: str, instant: datetime | str, zone: str, extensions: Iterable[Record]
) -> Element:
    """A deadline of that workflow."""
    return {
        "deadline": deadline,
        "name": both_languages(machine.label("deadline", deadline)),
        "instant": _instant(instant),
        "zone": zone,
        "extensions": [_extension(each) for each in extensions],
    }


def _extension(row: Record) -> Element:
    instants = {name: parse_instant(row[name]) for name in ("previous", "instant", "extended_at")}
    label = Label("casework.workflow", f"extension.{row['reason']}")
    return {**instants, "reason": row["reason"], "reason_name": both_languages(label)}


def _instant(instant: datetime | str) -> datetime:
    """Within JSON of the database it is text."""
    return parse_instant(instant) if isinstance(instant, str) else instant


@cache
def maker_of(
    model: type[BaseModel], available: tuple[str, ...], beside: frozenset[str] = frozenset()
) -> Callable[[Any], Element]:
    """How a row of these columns becomes an element; ``beside`` are columns that it may leave unread."""
    read: set[str] = set()
    make = _maker(model, "", frozenset(available), read)
    unread = set(available) - read - beside
    assert not unread, f"{model.__name__}: no field for {', '.join(sorted(unread))}"
    return lambda row: make(dict(zip(available, row, strict=True)))


@cache
def made_of(model: type[BaseModel]) -> Callable[[Record], Element]:
    """How a record becomes an element, whose columns are not known beforehand."""
    return _maker(model, "", None, set())


def _maker(
    model: type[BaseModel], prefix: str, available: frozenset[str] | None, read: set[str]
) -> Callable[[Record], Element]:
    """``available`` is None within JSON, whose keys are not known beforehand."""
    makes: dict[str, Read] = {}
    for name in model.model_fields:
        read_here, makes[name] = _reader(model, name, prefix, available)
        read |= read_here
    missing = set() if available is None else read - available
    assert not missing, f"{model.__name__}: no column for {', '.join(sorted(missing))}"
    return lambda record: {name: make(record) for name, make in makes.items()}


def _reader(
    model: type[BaseModel], name: str, prefix: str, available: frozenset[str] | None
) -> tuple[set[str], Read]:
    """Which columns a field is read from, and how."""
    hint, marker = model.model_fields[name].annotation, _marker(model, name)
    kind, column = without_none(hint), prefix + (getattr(marker, "column", None) or name)
    if isinstance(marker, Worded) and marker.column is None:
        column = column.removesuffix("_name")
    if isinstance(marker, Minor):
        return _money(f"{column}_minor", f"{prefix}currency")
    if isinstance(marker, Written):
        texts = {language: f"{column}_{language}" for language in LANGUAGES}
        return set(texts.values()), lambda record: [
            language for language, text in texts.items() if record[text]
        ]
    if kind is Names and not isinstance(marker, Worded):
        make_names = filled_names if isinstance(marker, Filled) else names
        return _names(column, make_names, is_always_there=kind is hint)
    if _is_model(kind) and available is not None and column not in available:
        inner: set[str] = set()
        make_inner = _maker(kind, f"{column}_", available, inner)
        return inner, lambda record: None if all(record[key] is None for key in inner) else make_inner(record)
    convert = converter_of(kind, marker)
    return {column}, lambda record: None if record[column] is None else convert(record[column])


def _money(amount: str, currency: str) -> tuple[set[str], Read]:
    return {
        amount,
        currency,
    }, lambda record: None if record[amount] is None else plain(Money(record[amount], record[currency]))


def _names(
    column: str, make: Callable[[Any, Any], dict[str, str]], *, is_always_there: bool
) -> tuple[set[str], Read]:
    english, arabic = f"{column}_en", f"{column}_ar"
    return (
        {english, arabic},
        lambda record: (
            make(record[english], record[arabic])
            if is_always_there or record[english] or record[arabic]
            else None
        ),
    )


def converter_of(kind: Any, marker: object = None) -> Callable[[Any], Any]:
    """How a value of the database becomes what JSON says."""
    if isinstance(marker, From) and marker.read is not None:
        return marker.read
    if isinstance(marker, Worded):
        label = marker.label
        return cache(lambda code: both_languages(label(code)))
    if isinstance(marker, Dates):
        machine = marker.machine
        return lambda dates: [date_element(machine, **each) for each in dates]
    if get_origin(kind) in {list, tuple}:
        convert = converter_of(get_args(kind)[0])
        return lambda values: [convert(value) for value in values]
    if _is_model(kind):
        return _maker(kind, "", None, set())
    return _CONVERTERS.get(kind, lambda value: value)


_CONVERTERS: Mapping[Any, Callable[[Any], Any]] = {
    str: str,
    float: float,
    date: date.isoformat,
    datetime: _instant,
}


def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """What tables have of a model, in the order of its fields."""
    return tuple(column for name in model.model_fields for column in _cells(model, name))


def _cells(model: type[BaseModel], name: str) -> Iterable[Column]:
    info = model.model_fields[name]
    cells = next((each for each in info.metadata if isinstance(each, Cells)), None)
    if cells is not None:
        return cells.columns(name)
    marker, kind = _marker(model, name), without_none(info.annotation)
    if isinstance(marker, Dates):
        return [
            Column(deadline, "instant", (name,), _date_of(deadline)) for deadline in marker.machine.deadlines
        ]
    if kind is Names:
        return name_columns(name)
    if get_origin(kind) is list:
        return [Column(name, "text", (name,), " ".join)]
    return columns(_KINDS.get(kind, "text"), name)


_KINDS: Mapping[Any, Kind] = {bool: "truth", int: "whole", float: "number", datetime: "instant"}


def _date_of(deadline: str) -> Callable[[Iterable[Element]], datetime | None]:
    return lambda dates: next((each["instant"] for each in dates if each["deadline"] == deadline), None)


_MARKERS = (From, Filled, Worded, Minor, Written, Dates)


def _marker(model: type[BaseModel], name: str) -> object:
    """How a field is read, if it says so."""
    metadata = model.model_fields[name].metadata
    return next((each for each in metadata if isinstance(each, _MARKERS)), None)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
