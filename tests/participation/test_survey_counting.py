"""What may be said of answers, and what not: by channel, with what is hidden, without what would give it away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from casework.forms.model import (
    Answers,
    Bounds,
    Choice,
    Condition,
    CountedAs,
    FieldKind,
    FormField,
    Treatment,
    Value,
)
from casework.statistics.releases.model import FigureKind
from casework.statistics.settings import StatisticsSettings
from casework.themes.model import Coding, Reading, Theme
from citycore.clock import CITY_ZONE
from participation.surveys.counting import APART, BLANK, NOT_APPLICABLE, Result, anonymised, count
from participation.surveys.model import Channel, Given
from participation.surveys.rules import is_hasty, month_later
from participation.surveys.settings import SurveySettings

LIMITS = (StatisticsSettings(), SurveySettings())


def question(code: str, counted: CountedAs, kind: FieldKind = FieldKind.ONE_OF, **more: object) -> FormField:
    choices = (
        tuple(Choice(one, one, one) for one in ("yes", "no", "other")) if kind is FieldKind.ONE_OF else ()
    )
    bounds = Bounds(*{CountedAs.NPS: (0, 10)}.get(counted, (1, 5))) if kind is FieldKind.SCALE else None
    return FormField(
        code,
        code,
        code,
        kind,
        **{"choices": choices, "bounds": bounds, "treatment": Treatment(True, counted)} | more,  # type: ignore[arg-type]
    )


HOURS = question("hours", CountedAs.SHARE, has_na=True)
WHY = question("why", CountedAs.SHARE, page=2, asked_if=Condition("hours", ("no",)))
RATED = question("rated", CountedAs.TOP_TWO, FieldKind.SCALE)
TOLD = question("told", CountedAs.NPS, FieldKind.SCALE)
NOTE = question("note", CountedAs.THEMES, FieldKind.TEXT)


def given(
    number: int, channel: Channel = Channel.WEB, /, is_apart: bool = False, **values: Value
) -> list[Given]:
    return [
        Given(uuid4(), channel, Answers(values, not_asked=frozenset() if "why" in values else frozenset({"why"})), False, is_apart)
        for _ in range(number)
    ]  # fmt: skip


def counted(form: Iterable[FormField], answers: list[Given], read: Reading = Reading()) -> Result:  # noqa: B008
    return count(tuple(form), answers, read, LIMITS)


def value_of(result: Result, code: str, option: str | None = None, channel: str = "web") -> str | None:
    (found,) = [
        one for one in result.figures if (one.code, one.option, one.channel) == (code, option, channel)
    ]
    return None if found.value is None else f"{found.value:.3f}"


def test_a_share_is_of_those_who_were_asked_and_blank_is_no_choice() -> None:
    answers = [*given(82, hours="yes"), *given(8, hours="no"), *given(10)]
    result = counted([HOURS], answers)
    assert (value_of(result, "hours", "yes"), value_of(result, "hours", BLANK)) == ("0.820", "0.100")
    assert value_of(result, "hours", NOT_APPLICABLE) == "0.000"
    assert {one.base for one in result.figures} == {100}
    (table,) = result.tables
    assert (table.code, sum(cell or 0 for cell in table.cells or ()) / 2) == ("hours@web", 100)


def test_a_small_cell_is_hidden_with_another_that_would_tell_it() -> None:
    result = counted([HOURS], [*given(60, hours="yes"), *given(20, hours="no"), *given(3, hours="other")])
    hidden = {one.option for one in result.figures if one.value is None}
    assert "other" in hidden
    assert len(hidden) > 1


def test_what_was_asked_of_a_few_does_not_tell_how_few_they_are() -> None:
    """How many were asked why is how many said no, which is not printed."""
    answers = [*given(60, hours="yes"), *given(3, hours="no", why="yes")]
    assert not [one for one in counted([HOURS, WHY], answers).figures if one.code == "why"]
    answers = [*given(60, hours="yes"), *given(30, hours="no", why="yes")]
    assert value_of(counted([HOURS, WHY], answers), "why", "yes") == "1.000"


@pytest.mark.parametrize(
    ("satisfied", "others", "value"), [(40, 10, "0.800"), (48, 2, None), (8, 3, None), (10, 0, "1.000")]
)
def test_satisfied_are_the_two_best_points(satisfied: int, others: int, value: str | None) -> None:
    answers = [
        *given(satisfied // 2, rated=5),
        *given(satisfied - satisfied // 2, rated=4),
        *given(others, rated=3),
    ]
    assert value_of(counted([RATED], answers), "rated") == value


def test_channels_stand_side_by_side_with_how_far_they_differ() -> None:
    answers = [
        *given(90, hours="yes"), *given(10, hours="no"),
        *given(50, Channel.KIOSK, hours="yes"), *given(50, Channel.KIOSK, hours="no"),
        *given(200, Channel.KIOSK, is_apart=True, hours="yes"),
    ]  # fmt: skip
    result = counted([HOURS], answers)
    assert [value_of(result, "hours", "yes", one) for one in ("web", "kiosk", APART)] == [
        "0.900",
        "0.500",
        "1.000",
    ]
    assert result.apart == 200
    (apart,) = [one for one in result.figures if one.kind is FigureKind.DIFFERENCE and one.option == "yes"]
    assert (apart.channel, apart.base, f"{apart.value:.1f}") == ("web-kiosk", 200, "0.4")
    assert apart.low is not None
    assert apart.low > 0


def test_net_promoters_and_scales_that_are_all_alike() -> None:
    scales = [question(f"s{number}", CountedAs.MEAN, FieldKind.SCALE) for number in range(5)]
    answers = [*given(60, told=10), *given(40, told=3), *given(7, **{one.code: 3 for one in scales})]
    result = counted([TOLD, *scales], answers)
    assert value_of(result, "told") == "20.000"
    assert result.marked == 7


def test_what_was_written_is_told_by_themes_that_people_named() -> None:
    waits, staff = "طال الانتظار في المكتب كثيرًا", "الموظفون متعاونون ولطفاء"
    answers = [*given(12, note=waits), *given(12, note=staff)]
    themes = [Theme("waiting", "الانتظار", "Waiting"), Theme("staff", "الموظفون", "Staff")]
    assert not counted([NOTE], answers).figures
    codings = [
        Coding(one.answer_id, "waiting" if one.answers.values["note"] == waits else "staff")
        for one in [*answers[:8], *answers[12:20]]
    ]
    result = counted([NOTE], answers, Reading({"note": themes}, {"note": codings}))
    assert (value_of(result, "note", "waiting"), value_of(result, "note", "staff")) == ("0.500", "0.500")
    assert result.themes is not None
    assert (result.themes.checked, result.themes.accuracy) == (16, 1.0)


@pytest.mark.parametrize(
    ("numbers", "told"), [((5, 5), [5, 5]), ((9, 4), None), ((30, 0), [30]), ((4, 0), None), ((0, 0), None)]
)
def test_answers_are_told_one_by_one_only_where_enough_are_the_same(
    numbers: tuple[int, int], told: list[int] | None
) -> None:
    answers = [*given(numbers[0], hours="yes", note="mine"), *given(numbers[1], hours="no", note="yours")]
    found = anonymised((HOURS, NOTE), [one.answers for one in answers], 5)
    assert (None if found is None else [number for _, number in found]) == told
    assert "mine" not in str(found)


@pytest.mark.parametrize(("seconds", "pages", "hasty"), [(3, 2, True), (4, 2, False), (0, 0, False)])
def test_nobody_reads_a_page_in_less_than_two_seconds(seconds: int, pages: int, hasty: bool) -> None:
    assert is_hasty(seconds, pages, LIMITS[1]) is hasty


@pytest.mark.parametrize(
    ("day", "later"), [(date(2026, 1, 31), date(2026, 2, 28)), (date(2026, 12, 15), date(2027, 1, 15))]
)
def test_waves_are_a_month_apart(day: date, later: date) -> None:
    assert month_later(datetime(day.year, day.month, day.day, 9, tzinfo=CITY_ZONE)).date() == later
    assert month_later(datetime(2026, 1, 31, 21, tzinfo=UTC)).day == 1


def test_no_identifier_of_an_answer_is_in_what_is_told() -> None:
    answers = given(40, hours="yes")
    told = str(counted([HOURS], answers))
    assert not any(str(one.answer_id) in told or UUID(int=one.answer_id.int).hex in told for one in answers)
