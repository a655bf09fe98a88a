"""Tables of every kind of element, full and empty."""

from __future__ import annotations

import sys

import pytest

from falaj_client import Forecast, Latest, MissingExtra, Name, Position, Thing
from falaj_client.parsing import parse_instant
from falaj_client.tables import columns_of, to_arrow, to_geopandas, to_pandas
from tests.falaj_client.test_declared import asked_of, list_questions

MOMENT = parse_instant("2026-11-24T12:00:00+04:00")


def latest(result: float | str | Position, location: Position | None) -> Latest:
    return Latest(
        datastream=1, thing="t", thing_name=Name("T", "ت"), observed_property="p", unit="Cel",
        result_type="measurement", phenomenon_time=MOMENT, result=result, quality=1, age_seconds=2.5,
        simulated=True, source="s", place=None, location=location, interval_seconds=None,
    )  # fmt: skip


ROWS = [
    latest(21, Position(58.4, 23.6)),
    latest("dust", None),
    latest(Position(58.5, 23.5), Position(58.5, 23.5)),
]


def test_every_result_has_its_column() -> None:
    frame = to_pandas(Latest, ROWS)
    assert frame["result"].tolist()[0] == 21
    assert frame["result"].isna().tolist() == [False, True, True]
    assert frame["category"].tolist()[1] == "dust"
    assert frame["longitude"].tolist()[::2] == [58.4, 58.5]
    assert frame["thing_name_ar"].tolist() == ["ت"] * 3
    assert str(frame["phenomenon_time"].dtype) == "datetime64[us, UTC]"
    assert frame["phenomenon_time"][0].isoformat() == "2026-11-24T08:00:00+00:00"
    assert frame["simulated"].all()


def test_arrow_keeps_the_same_columns() -> None:
    table = to_arrow(Latest, ROWS)
    assert table.column_names == list(to_pandas(Latest, ROWS).columns)
    assert table["result"].to_pylist() == [21.0, None, None]
    assert str(table.schema.field("phenomenon_time").type) == "timestamp[us, tz=UTC]"


def test_points_stand_where_the_things_stand() -> None:
    frame = to_geopandas(Latest, ROWS)
    assert frame.crs.to_epsg() == 4326
    assert [None if one is None else (one.x, one.y) for one in frame.geometry] == [
        (58.4, 23.6),
        None,
        (58.5, 23.5),
    ]


ELEMENTS = [asked_of(name).element for name in list_questions()]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda one: one.__name__)
def test_an_empty_list_has_its_columns(element: type) -> None:
    names = [column.name for column in columns_of(element)]
    assert list(to_pandas(element, []).columns) == names
    assert to_arrow(element, []).column_names == names
    assert not set(names) - set(to_pandas(element, []).dtypes.index)


def test_an_empty_list_of_things_is_a_map_too() -> None:
    assert to_geopandas(Thing, []).crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("package", "extra", "make"), [("pandas", "pandas", to_pandas), ("pyarrow", "arrow", to_arrow), ("geopandas", "geo", to_geopandas)]
)  # fmt: skip
def test_a_missing_package_says_which_extra_brings_it(
    monkeypatch: pytest.MonkeyPatch, package: str, extra: str, make: object
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra) as caught:
        make(Forecast, [])  # type: ignore[operator]  # one of three functions
    assert f"pip install {package} (the extra “{extra}”" in str(caught.value)
    assert "نفّذ" in str(caught.value)
