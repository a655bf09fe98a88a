"""Query parameters that several endpoints share: time range, box, page, language.

Every endpoint's parameters are one of these models; a parameter that is not in it is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple, get_args, get_origin

from fastapi import Depends, Path, Query, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from citycore.intervals import parse_instant
from citycore.language import Language
from hub_api.serving.errors import Fault, InvalidParameters
from hub_api.serving.formats import Format
from hub_api.serving.paging import CURSOR_CHARACTERS_MAX
from hub_api.serving.several import DATASTREAM_MAX, NAME_CHARACTERS_MAX, SeveralNames

INSTANT_CHARACTERS_MAX = 40
BOX_CHARACTERS_MAX = 120


#: What only some formats have, and what is wrong elsewhere.
ONLY_IN: Mapping[str, tuple[tuple[Format, ...], str]] = {
    "bom": (("csv",), "csv_only"),
    "header": (("csv",), "csv_only"),
    "trailer": (("csv", "ndjson"), "lines_only"),
    "cursor": (("json",), "json_only"),
    "count": (("json",), "counted_in_json"),
}


class Box(NamedTuple):
    """West, south, east, north in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float


def checked_instant(text: object) -> object:
    """An instant with offset as aware UTC; anything else is an error that says what is wrong."""
    if not isinstance(text, str):
        return text
    if len(text) > INSTANT_CHARACTERS_MAX:
        raise PydanticCustomError("too_long", "too long", {"max_length": INSTANT_CHARACTERS_MAX})
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        code = "naive_time" if _is_naive(text) else "not_a_time"
        raise PydanticCustomError(code, "not an instant") from None


def _is_naive(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.strip()).tzinfo is None
    except ValueError:
        return False


def parse_box(text: str) -> Box:
    """``west,south,east,north``; a ``PydanticCustomError`` names what is wrong with it."""
    try:
        box = Box(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        raise PydanticCustomError("bbox_shape", "not four numbers") from None
    in_range = all(-180 <= x <= 180 for x in (box.west, box.east)) and all(
        -90 <= y <= 90 for y in (box.south, box.north)
    )
    if not in_range:
        raise PydanticCustomError("bbox_range", "out of range")
    if box.west >= box.east or box.south >= box.north:
        raise PydanticCustomError("bbox_order", "wrong order")
    return box


def _checked_box(text: str) -> str:
    parse_box(text)
    return text


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Instant = Annotated[datetime, BeforeValidator(checked_instant)]
#: Decimal degrees, as the document describes them.
LONGITUDE = r"-?(180(\.0{1,9})?|(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]{1,9})?)"
LATITUDE = r"-?(90(\.0{1,9})?|[1-8]?[0-9](\.[0-9]{1,9})?)"
#: That a box begins west and south of where it ends no pattern can say.
BoxText = Annotated[
    str,
    StringConstraints(max_length=BOX_CHARACTERS_MAX),
    AfterValidator(_checked_box),
    WithJsonSchema({"type": "string", "pattern": f"^{LONGITUDE},{LATITUDE},{LONGITUDE},{LATITUDE}$"}),
]
#: Which cursors go on with which question only the hub knows.
CursorText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=CURSOR_CHARACTERS_MAX),
    WithJsonSchema({"type": "string", "pattern": f"^[A-Za-z0-9_-]{{1,{CURSOR_CHARACTERS_MAX}}}$"}),
]
DatastreamId = Annotated[int, Field(ge=1, le=DATASTREAM_MAX)]

ThingPath = Annotated[Name, Path()]
DatastreamPath = Annotated[DatastreamId, Path()]


class AnyQuery(BaseModel):
    """What every endpoint takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Language | None = None


class PageQuery(AnyQuery):
    """One page of a list; the largest page is a setting, checked with :func:`page_limit`."""

    limit: Annotated[int, Field(ge=1)] | None = None
    cursor: CursorText | None = None


class ExportQuery(PageQuery):
    """A list in any of its formats; ``limit`` may shorten those that have no pages."""

    f: Format | None = None
    fields: SeveralNames | None = None
    bom: bool = False
    header: Literal["plain", "metadata", "units"] = "plain"
    trailer: bool = False

    def check_format(self, chosen: Format) -> None:
        """``InvalidParameters`` for what this format cannot hold."""
        faults = self.format_faults(chosen)
        if faults:
            raise InvalidParameters(faults)

    def tells_question(self, chosen: Format) -> bool:
        """Whether the file itself says which request it answers."""
        return chosen not in ("csv", "ndjson") or self.header == "metadata"

    def format_faults(self, chosen: Format) -> list[Fault]:
        """A fault for each parameter that stands for something which this format does not have."""
        return [
            Fault(name, code)
            for name, (formats, code) in ONLY_IN.items()
            if chosen not in formats and getattr(self, name, None) not in (None, False, "plain")
        ]


class SelectionQuery(PageQuery):
    """Exactly one datastream: by its number, or by its thing and observed property."""

    datastream: DatastreamId | None = None
    thing: Name | None = None
    observed_property: Name | None = None

    @property
    def is_one(self) -> bool:
        """Whether exactly one datastream is named."""
        return self.datastream is not None or (self.thing is not None and self.observed_property is not None)

    def faults(self, *, is_required: bool) -> list[Fault]:
        """What is wrong with how the datastream is named."""
        named_by_thing = [name for name in ("thing", "observed_property") if getattr(self, name) is not None]
        if self.datastream is not None:
            return [Fault(name, "not_with", {"other": "datastream"}) for name in named_by_thing]
        if len(named_by_thing) == 1:
            lacking = {"thing": "observed_property", "observed_property": "thing"}[named_by_thing[0]]
            return [Fault(lacking, "needed_with", {"other": named_by_thing[0]})]
        if is_required and not named_by_thing:
            return [Fault("datastream", "no_selection")]
        return []

    def check_selection(self, *, is_required: bool) -> None:
        faults = self.faults(is_required=is_required)
        if faults:
            raise InvalidParameters(faults)


def page_limit(limit: int | None, rows_default: int, rows_max: int) -> int:
    """The rows of a page; more than the maximum is an error, never a silent cut."""
    if limit is None:
        return rows_default
    if limit > rows_max:
        raise InvalidParameters([Fault("limit", "above_maximum", {"maximum": rows_max})])
    return limit


async def refuse_repeated(request: Request) -> None:
    """A parameter given twice is an error where it has one value: no reader can know which one would count."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    repeated = [name for name, times in counts.items() if times > 1]
    if not repeated:
        return
    several = {name for model in models_of(request) for name in several_of(model)}
    faults = [Fault(name, "repeated") for name in repeated if name not in several]
    if faults:
        raise InvalidParameters(faults)


def models_of(request: Request) -> list[type[BaseModel]]:
    """What the endpoint of this request makes of its query."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    fields = [] if dependant is None else dependant.query_params
    kinds = [field.field_info.annotation for field in fields]
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


def several_of(model: type[BaseModel]) -> frozenset[str]:
    """The parameters that take several values."""
    return frozenset(name for name, field in model.model_fields.items() if _holds_tuple(field.annotation))


def _holds_tuple(annotation: object) -> bool:
    return get_origin(annotation) is tuple or any(map(_holds_tuple, get_args(annotation)))


def given_parameters(request: Request) -> dict[str, str]:
    """The parameters of a request by name; values of one that is given several times stand side by side."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        given[name] = f"{given[name]},{value}" if name in given else value
    return given


NoParameters = Annotated[AnyQuery, Query()]
REFUSE_REPEATED = Depends(refuse_repeated)


DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def checked_date(text: object) -> object:
    """``YYYY-MM-DD``, a day that exists; anything else is an error that says what is wrong."""
    if not isinstance(text, str):
        return text
    try:
        if DATE.fullmatch(text) is not None:
            return date.fromisoformat(text)
    except ValueError:  # of the right form, but in no calendar
        pass
    raise PydanticCustomError("not_a_date", "not a date")


LocalDate = Annotated[
    date, BeforeValidator(checked_date), WithJsonSchema({"type": "string", "format": "date"})
]
