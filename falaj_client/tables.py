"""Lists of values as tables of pandas, geopandas or Arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, get_type_hints

from falaj_client.air import Advice, AirQualityPart, LimitBand
from falaj_client.catalogue import Dataset
from falaj_client.forecasts import Choice, Forecast, LevelFigures, PromisedSkill, RealisedSkill
from falaj_client.frames import Column, arrow_of, fields, needed, pandas_of
from falaj_client.market import (
    Criterion,
    Offering,
    Reference,
)
from falaj_client.model import (
    Candidate,
    Coverage,
    ForecastValue,
    Latest,
    Name,
    Place,
    Position,
    ThingDatastream,
)
from falaj_client.nowcasts import NowcastValue
from falaj_client.parsing import without_none
from falaj_client.participation import AgendaLine, AlikeAnswers, DecisionAction
from falaj_client.programme import Continuation, Deadline, Partner, Prize
from falaj_client.transit import ActivePeriod, AlertText, InformedEntity

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame
    from pyarrow import Table

WGS_84 = "EPSG:4326"


def to_pandas(element: type, elements: Sequence[Any]) -> DataFrame:
    """One row an element, with the columns of its kind also when there is none."""
    return pandas_of(columns_of(element), elements)


def to_geopandas(element: type, elements: Sequence[Any]) -> GeoDataFrame:
    """The same with a ``geometry`` in WGS 84: points of things, outlines of places, None for nowhere."""
    geopandas = needed("geopandas", "geo", "to_geopandas()")
    shapely = needed("shapely.geometry", "geo", "to_geopandas()")
    geometry = [_geometry(one, shapely) for one in elements]
    return geopandas.GeoDataFrame(to_pandas(element, elements), geometry=geometry, crs=WGS_84)


def to_arrow(element: type, elements: Sequence[Any]) -> Table:
    """One row an element; instants are ``timestamp[us, UTC]``."""
    return arrow_of(columns_of(element), elements)


def _geometry(one: Any, shapely: Any) -> Any:
    if isinstance(one, Place):
        return shapely.shape(one.geometry)
    return None if one.location is None else shapely.Point(one.location)


def _text_of(value: object) -> str | None:
    """Days, and amounts so that nothing is rounded."""
    return None if value is None else str(value)


def _texts_of(field: str, text: Callable[[Any], str | None]) -> list[Column]:
    """A cell that is made of the field's value."""
    return [Column(field, "text", lambda one: text(getattr(one, field)))]


def _written(field: str) -> list[Column]:
    return _texts_of(field, _text_of)


def _name(field: str) -> list[Column]:
    return [
        Column(f"{field}_en", "text", lambda one: getattr(one, field) and getattr(one, field).en),
        Column(f"{field}_ar", "text", lambda one: getattr(one, field) and getattr(one, field).ar),
    ]


def _position(field: str) -> list[Column]:
    return [
        Column("longitude", "number", lambda one: getattr(one, field) and getattr(one, field).longitude),
        Column("latitude", "number", lambda one: getattr(one, field) and getattr(one, field).latitude),
    ]


def _result(_: str) -> list[Column]:
    """Numbers and texts in columns of their own."""
    return [Column("result", "number", _number), Column("category", "text", _category)]


def _number(latest: Latest) -> float | None:
    return float(latest.result) if isinstance(latest.result, (int, float)) else None


def _category(latest: Latest) -> str | None:
    return latest.result if isinstance(latest.result, str) else None


def _observed(field: str) -> list[Column]:
    read = attrgetter(field)
    return [
        Column(
            "observed_properties", "text", lambda one: " ".join(each.observed_property for each in read(one))
        )
    ]


def _informed(field: str) -> list[Column]:
    """Which routes, stops and trips are named, each once."""

    def joined(name: str, one: Any) -> str:
        named = (getattr(each, name) for each in getattr(one, field))
        return " | ".join(dict.fromkeys(each for each in named if each is not None))

    return [Column(f"{name}s", "text", partial(joined, name)) for name in ("route", "stop", "trip")]


def _counted(field: str) -> list[Column]:
    return [Column(f"{field.removesuffix('s')}_count", "whole", lambda one: len(getattr(one, field)))]


def _stood(field: str) -> list[Column]:
    """How many are promised, claimed and verified."""

    def count(state: str, one: Any) -> int:
        return sum(each.state == state for each in getattr(one, field))

    return [
        Column(f"{state}_count", "whole", partial(count, state))
        for state in ("promised", "claimed", "verified")
    ]


def _skill(field: str, *figures: str) -> list[Column]:
    """Figures of what is promised or came true, and the coverage of each band."""
    read = attrgetter(field)
    return [
        Column(f"{field}_hours", "whole", lambda one: read(one).hours),
        *(Column(f"{field}_{name}", "number", attrgetter(f"{field}.{name}")) for name in figures),
        *(
            Column(f"{field}_coverage_{level}", "number", attrgetter(f"{field}.coverage.band_{level}"))
            for level in (50, 80, 95)
        ),
    ]


def _promised(field: str) -> list[Column]:
    return _skill(field, "mae", "mase", "skill", "pinball", "crps")


def _realised(field: str) -> list[Column]:
    days = Column(f"{field}_days", "whole", attrgetter(f"{field}.days"))
    return [days, *_skill(field, "mae", "baseline_mae", "skill")]


def _nothing(_: str) -> list[Column]:
    """What only the values have."""
    return []


#: What a table has of a field, by its type.
CELLS: Mapping[Any, Callable[[str], list[Column]]] = {
    str: partial(fields, "text"),
    int: partial(fields, "whole"),
    bool: partial(fields, "truth"),
    float: partial(fields, "number"),
    datetime: partial(fields, "instant"),
    date: _written,
    Decimal: _written,
    Name: _name,
    Position: _position,
    float | str | Position: _result,
    tuple[str, ...]: partial(_texts_of, text=" ".join),
    tuple[ThingDatastream, ...]: _observed,
    tuple[DecisionAction, ...]: _stood,
    tuple[Continuation, ...]: partial(
        _texts_of, text=lambda many: "; ".join(f"{each.kind}: {each.reference}" for each in many)
    ),
    tuple[Criterion, ...]: partial(
        _texts_of, text=lambda many: "; ".join(f"{each.criterion} {each.weight:g}" for each in many)
    ),
    tuple[InformedEntity, ...]: _informed,
    tuple[AlertText, ...]: partial(_texts_of, text=lambda many: " | ".join(each.text for each in many)),
    tuple[ActivePeriod, ...]: _nothing,
    tuple[Reference, ...]: _counted,
    tuple[AgendaLine, ...]: _nothing,
    tuple[AlikeAnswers, ...]: _nothing,
    tuple[LimitBand, ...]: _nothing,
    tuple[Advice, ...]: _nothing,
    tuple[AirQualityPart, ...]: _nothing,
    tuple[Deadline, ...]: _nothing,
    tuple[Prize, ...]: _nothing,
    tuple[Partner, ...]: _nothing,
    tuple[Candidate, ...]: _nothing,
    tuple[ForecastValue, ...]: _nothing,
    tuple[NowcastValue, ...]: _nothing,
    Coverage: _nothing,
    Choice: _nothing,
    tuple[LevelFigures, ...]: _nothing,
    PromisedSkill: _promised,
    RealisedSkill: _realised,
    Mapping[str, Any]: _nothing,
}
#: Fields that tables do without.
LEFT_OUT = {(Offering, "maturity_name"), (Forecast, "training_start")}
#: The columns of what has many more fields than a table.
CHOSEN: Mapping[type, list[Column]] = {
    Dataset: [
        *fields("text", "dataset", "kind"),
        *fields("truth", "simulated"),
        *_name("name"),
        Column("licence", "text", lambda one: one.licence and one.licence.id),
        *fields("text", "attribution"),
        *fields("whole", "thing_count", "datastream_count", "day_count"),
        *fields("instant", "start", "newest_phenomenon_time"),
        *fields("number", "age_seconds"),
    ]
}


def columns_of(kind: type) -> list[Column]:
    """The columns of a dataclass, in the order of its fields. Observations and statistics come as CSV."""
    return CHOSEN.get(kind) or [
        column
        for field, hint in get_type_hints(kind).items()
        if (kind, field) not in LEFT_OUT
        for column in CELLS[without_none(hint)](field)
    ]
