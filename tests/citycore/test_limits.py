"""Tables of limits: what they say of values, what is wrong with documents, and those that ship."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, date, datetime

import pytest

from citycore.errors import FalajError
from citycore.language import LANGUAGES
from citycore.limits import service
from citycore.limits.document import read_table
from citycore.limits.errors import LimitTableInvalid, LimitTableNotFound, LimitTableTooLarge
from citycore.limits.model import Limit, LimitTable
from citycore.limits.rules import converter, level_of, limit_for, limits_of
from citycore.limits.service import shipped_tables
from citycore.limits.settings import LimitTableSettings
from citycore.units import conversion
from citycore.vocabulary import observed_properties
from stack.processes import ROOT
from tests.conftest import Database

US, WHO, EU = (shipped_tables()[code] for code in ("us_aqi_2024", "who_2021", "eu_aqi_2024"))
NATIONAL = """
code = "om_md_41_2017"
name = { en = "Test", ar = "اختبار" }
authority = { en = "Nobody", ar = "لا أحد" }
reference = "A test"
since = 2026-01-01
[[levels]]
code = "within"
colour = "#a6cee3"
name = { en = "Within", ar = "ضمن" }
[[levels]]
code = "above"
colour = "#e8601c"
name = { en = "Above", ar = "فوق" }
[[limits]]
observed_property = "no2"
averaging = "PT1H"
unit = "µg/m³"
reference_celsius = 25
until = 2027-01-01
bands = [{ level = "within", up_to = 7 }, { level = "above" }]
"""


def limit(table: LimitTable, observed_property: str, averaging: str) -> Limit:
    found = limit_for(table, observed_property, averaging)  # type: ignore[arg-type]  # a literal of the test
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("value", "level", "index"),
    [
        (0, "good", 0),
        (9.0, "good", 50),
        (9.05, "good", 50),
        (9.1, "moderate", 51),
        (12.0, "moderate", 56),
        (32.3, "moderate", 94),  # 32.3 × 10 is a hair below 323
        (35.4, "moderate", 100),
        (35.49999, "moderate", 100),
        (sum([35.4] * 12) / 12, "moderate", 100),
        (125.4, "unhealthy", 200),
        (225.5, "hazardous", 301),
        (325.4, "hazardous", 500),
        (325.5, "hazardous", None),
        (1e308, "hazardous", None),
    ],
)
def test_breakpoints_are_met_exactly(value: float, level: str, index: int | None) -> None:
    grade = level_of(value, limit(US, "pm2_5", "PT24H"))
    assert grade is not None
    assert (grade.level.code, grade.index, grade.is_beyond) == (level, index, index is None)


@pytest.mark.parametrize("value", [None, -0.1, -999.0, math.nan, math.inf, -math.inf])
def test_what_is_no_value_has_no_level(value: float | None) -> None:
    assert level_of(value, limit(US, "pm2_5", "PT24H")) is None


def test_a_limit_holds_from_its_first_day_until_before_its_last() -> None:
    national = limit(read_table(NATIONAL), "no2", "PT1H")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [level_of(8, national, day) is not None for day in days] == [False, True, True, False]
    assert level_of(8, national, datetime(2026, 6, 1, tzinfo=UTC)) is not None
    assert limits_of([US, WHO], "pm2_5", at=date(2022, 1, 1)) == limits_of([WHO], "pm2_5")


@pytest.mark.parametrize(
    ("table", "observed_property", "averaging", "unit", "made_at", "factor"),
    [
        # Factors at 25 and 20 Cel, 1 atm: NO2 1.880 and 1.913, O3 1.962 and 1.995, SO2 2.619 and 2.663, CO 1.145 and 1.164.
        (US, "no2", "PT1H", "ug/m3", None, 1 / 1.880),
        (US, "no2", "PT1H", "ug/m3", 20, 1 / 1.913),
        (EU, "no2", "PT1H", "[ppb]", None, 1.913),
        (EU, "no2", "PT1H", "[ppb]", 25, 1.913),  # no mass was made of it
        (EU, "o3", "PT1H", "ug/m3", 25, 1.995 / 1.962),
        (EU, "o3", "PT1H", "ug/m3", None, 1),
        (US, "o3", "PT8H", "ug/m3", None, 1 / 1962),
        (US, "so2", "PT1H", "ug/m3", 20, 1 / 2.663),
        (US, "co", "PT8H", "mg/m3", None, 1 / 1.145),
        (US, "co", "PT8H", "mg/m3", 20, 1 / 1.164),
        (EU, "pm10", "PT1H", "mg/m3", 25, 1000),
    ],
)
def test_amounts_of_gases_are_compared(
    table: LimitTable, observed_property: str, averaging: str, unit: str, made_at: int | None, factor: float
) -> None:
    found = converter(unit, limit(table, observed_property, averaging), made_at)
    assert found is not None
    assert found.factor == pytest.approx(factor, rel=5e-4)
    assert converter("Cel", limit(table, observed_property, averaging)) is None


def test_what_ships_speaks_both_languages_of_properties_and_units_that_there_are() -> None:
    known = observed_properties()
    assert set(shipped_tables()) >= {"who_2021", "us_aqi_2024", "eu_aqi_2024", "eu_2008_50", "om_md_41_2017"}
    for table in shipped_tables().values():
        texts = [table.origin.name, table.origin.authority, *(level.name for level in table.levels)]
        texts += [words for level in table.levels for words in level.advice.values()]
        assert all(set(each) == set(LANGUAGES) for each in texts), table.origin.code
        for each in table.limits:
            unit = known[each.observed_property].unit
            assert conversion(unit, each.unit, each.observed_property, each.reference_celsius), each
            is_gas = unit != each.unit or each.observed_property in {"no2", "o3", "so2", "co", "benzene"}
            assert (each.reference_celsius is not None) == is_gas, each
            highs = [band.high for band in each.bands if band.high is not None]
            assert highs == sorted(set(highs))


def test_no_figure_of_the_national_decision_is_invented() -> None:
    national = shipped_tables()["om_md_41_2017"]
    assert (national.limits, national.origin.reference) == ((), "Ministerial Decision 41/2017")


#: Machado, Oliveira and Fernandes (2009), severity 1.0: what people with two kinds of cones see.
SEEN = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@pytest.mark.parametrize("eyes", SEEN)
def test_colours_of_a_table_are_told_apart_by_everybody(eyes: str) -> None:
    for table in shipped_tables().values():
        seen = [lab(level.colour, SEEN[eyes]) for level in table.levels]
        assert min(math.dist(*pair) for pair in itertools.combinations(seen, 2)) > 15, table.origin.code


def lab(colour: str, eyes: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """CIELAB of a colour as these eyes see it; a distance of 2.3 is just noticeable side by side."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares]
    red, green, blue = (min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in eyes)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("code =", "code", "-"),
        ('ar = "ضمن"', 'fr = "dans"', "levels"),
        ("#e8601c", "orange", "levels[1].colour"),
        ('"µg/m³"', '"parsecs"', "limits[0].unit"),
        ('"PT1H"', '"PT2H"', "limits[0].averaging"),
        ('level = "above"', 'level = "high"', "limits[0].bands[1].level"),
        ("up_to = 7 }", 'up_to = 7 }, { level = "above", from = 8, up_to = 9 }', "limits[0].bands[1].from"),
        ("up_to = 7 }", 'up_to = 7 }, { level = "above", up_to = 6 }', "limits[0].bands[1].up_to"),
        ("up_to = 7 }", 'up_to = 7 }, { level = "within" }', "limits[0].bands[1].up_to"),
        (
            '{ level = "above" }',
            '{ level = "above", up_to = 8 }, { level = "within" }',
            "limits[0].bands[2].level",
        ),
        ("up_to = 7 }", "up_to = 7, index = [9, 1] }", "limits[0].bands[0].index"),
        ("until = 2027-01-01", "until = 2026-01-01", "limits[0]"),
        ('reference = "A test"', 'reference = "A test"\nurl = "javascript:alert(1)"', "url"),
        ('reference = "A test"', 'reference = "A test"\nhidden = 1', "-"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, where: str) -> None:
    with pytest.raises(LimitTableInvalid) as told:
        read_table(NATIONAL.replace(old, new, 1))
    assert str(told.value.details["where"]).startswith(where)
    assert told.value.text("ar") != told.value.text("en")


def test_an_operators_table_takes_the_place_of_one_that_ships(database: Database) -> None:
    settings = LimitTableSettings(bytes_max=5_000, count_max=1)
    with database.connect("registry") as connection:
        assert service.table_of(connection, "om_md_41_2017").limits == ()
        service.load(connection, NATIONAL, settings)
        service.load(connection, NATIONAL, settings)
        table = service.table_of(connection, "om_md_41_2017")
        assert (table.text, table.origin.is_shipped, len(table.limits)) == (NATIONAL, False, 1)
        refused: list[tuple[str, type[FalajError]]] = [
            (NATIONAL.replace("om_md_41_2017", "another"), LimitTableTooLarge),
            (NATIONAL + "#" * 5_000, LimitTableTooLarge),
            (NATIONAL.replace('"no2"', '"unheard_of"'), LimitTableInvalid),
            (NATIONAL.replace('"µg/m³"', '"Cel"'), LimitTableInvalid),
        ]
        for document, error in refused:
            with pytest.raises(error):
                service.load(connection, document, settings)
        service.remove(connection, "om_md_41_2017")
        assert service.table_of(connection, "om_md_41_2017").origin.is_shipped
        with pytest.raises(LimitTableNotFound):
            service.remove(connection, "om_md_41_2017")
        with pytest.raises(LimitTableNotFound):
            service.table_of(connection, "another")


def test_the_table_of_the_page_is_one() -> None:
    page = (ROOT / "docs" / "limits.md").read_text("utf-8")
    table = read_table(page.partition("```toml\n")[2].partition("```")[0])
    assert [each.observed_property in observed_properties() for each in table.limits] == [True]
    assert all(f"`{code}`" in page for code in shipped_tables())
