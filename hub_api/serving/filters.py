"""Filters that several lists share: several names at once, a box, a circle, and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, LiteralString, NamedTuple

from pydantic import AfterValidator, BaseModel, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from citycore.store.queries import load_queries
from hub_api.serving.parameters import (
    BOX_CHARACTERS_MAX,
    LATITUDE,
    LONGITUDE,
    Box,
    BoxText,
    parse_box,
)

WORDS_CHARACTERS_MAX = 200
#: Half the way around the Earth.
METRES_MAX = 20_037_508
#: A condition on ``spot``, where a thing stands or was seen last.
IN_AREA: LiteralString = load_queries("hub_api.serving", "filters.sql")["in_area"]
NO_AREA: Mapping[str, float | None] = dict.fromkeys(
    (*Box._fields, "near_longitude", "near_latitude", "near_metres")
)


class Circle(NamedTuple):
    """All that is at most so many metres from a point."""

    longitude: float
    latitude: float
    metres: float


def parse_circle(text: str) -> Circle:
    """``longitude,latitude,metres``; a ``PydanticCustomError`` names what is wrong with it."""
    try:
        circle = Circle(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        raise PydanticCustomError("near_shape", "not three numbers") from None
    if not (-180 <= circle.longitude <= 180 and -90 <= circle.latitude <= 90):
        raise PydanticCustomError("near_range", "out of range")
    if not 0 < circle.metres <= METRES_MAX:
        raise PydanticCustomError("near_metres", "out of range", {"le": METRES_MAX})
    return circle


def _checked_circle(text: str) -> str:
    parse_circle(text)
    return text


CircleText = Annotated[
    str,
    StringConstraints(max_length=BOX_CHARACTERS_MAX),
    AfterValidator(_checked_circle),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^{LONGITUDE},{LATITUDE},([1-9][0-9]{{0,6}}|1[0-9]{{7}})(\.[0-9]{{1,9}})?$",
        }
    ),
]
Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=WORDS_CHARACTERS_MAX, pattern=r"^[^\x00-\x1f\x7f]*$"),
]


class AreaQuery(BaseModel):
    """Where a thing stands or was seen last: in a box, around a point, or both."""

    bbox: BoxText | None = None
    near: CircleText | None = None

    @property
    def area(self) -> dict[str, float | None]:
        """What :data:`IN_AREA` names."""
        return area_of(self.bbox, self.near)


class ReviewQuery(BaseModel):
    """Whether sources that the hub's staff has not accepted are wanted too; :func:`hub_api.serving.hub.hub_of` reads it."""

    include: Literal["unreviewed"] | None = None


def area_of(bbox: str | None, near: str | None) -> dict[str, float | None]:
    """What :data:`IN_AREA` names; None for what is not asked for."""
    box = {} if bbox is None else parse_box(bbox)._asdict()
    circle = {} if near is None else parse_circle(near)._asdict()
    return {**NO_AREA, **box, **{f"near_{name}": value for name, value in circle.items()}}


def arrays(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Several values as the driver takes an array of them; one value as an array of one."""
    return {name: _array(value) for name, value in filters.items()}


def _array(value: Any) -> list[Any] | None:
    if value is None:
        return None
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
