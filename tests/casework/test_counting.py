"""What may be said of answers, and what not: by channel, with what is hidden, without what would give it away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from casework.counting.model import APART, BLANK, NOT_APPLICABLE, Given, Result, Targets
from casework.counting.rules import Counting, anonymised, count
from casework.counting.weighting import read_targets, typed_of, weigh
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

LIMITS = StatisticsSettings()
WEB, KIOSK = CHANNELS = ("web", "kiosk")


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


def given(number: int, channel: str = WEB, /, is_apart: bool = False, **values: Value) -> list[Given]:
    return [
        Given(uuid4(), channel, Answers(values, not_asked=frozenset() if "why" in values else frozenset({"why"})), False, is_apart)
        for _ in range(number)
    ]  # fmt: skip


def counted(
    form: Iterable[FormField],
    answers: list[Given],
    read: Reading = Reading(),  # noqa: B008
    targets: Targets | None = None,
) -> Result:
    return count(tuple(form), answers, Counting(CHANNELS, read, targets), LIMITS)


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
        *given(50, KIOSK, hours="yes"), *given(50, KIOSK, hours="no"),
        *given(200, KIOSK, is_apart=True, hours="yes"),
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


def test_no_identifier_of_an_answer_is_in_what_is_told() -> None:
    answers = given(40, hours="yes")
    told = str(counted([HOURS], answers))
    assert not any(str(one.answer_id) in told or UUID(int=one.answer_id.int).hex in told for one in answers)


GROUPS = question("group", CountedAs.SHARE)
HALVES = Targets(
    "تعداد 2020",
    "Census of 2020",
    {"group": {"yes": Decimal("0.5"), "no": Decimal("0.5"), "other": Decimal(0)}},
)


def test_weighted_figures_stand_beside_the_others_and_are_rounded() -> None:
    """Three in four are of the group that says yes; of the public half are."""
    answers = [
        *given(90, group="yes", hours="yes", rated=5), *given(30, group="no", hours="no", rated=1), *given(10, hours="yes"),
    ]  # fmt: skip
    result = counted([HOURS, RATED], answers, targets=HALVES)
    found = {
        (one.option or one.kind.value): (str(one.value), one.base)
        for one in result.figures
        if one.is_weighted
    }
    assert found["yes"] == ("0.50", 120)
    assert found["satisfaction"] == ("0.50", 120)
    plain = next(one for one in result.figures if one.option == "yes" and not one.is_weighted)
    assert f"{plain.value:.2f}" == "0.77"
    assert [
        (one.channel, one.n, one.effective_n, one.design_effect, one.converged) for one in result.weighed
    ] == [("web", 120, 90, 1.33, True)]
    without = counted([HOURS, RATED], answers)
    assert without.weighed == ()
    assert without.figures == tuple(one for one in result.figures if not one.is_weighted)


@pytest.mark.parametrize(
    ("numbers", "shares", "why"),
    [
        ((20, 9), ("0.5", "0.5"), "too_few"),
        ((96, 4), ("0.5", "0.5"), "group_small"),
        ((100, 0), ("0.5", "0.5"), "group_small"),
        ((400, 5), ("0.2", "0.8"), "limits"),
        ((50, 50), ("0.5", "0.5"), ""),
    ],
)
def test_what_cannot_be_weighted_is_said_and_stays_as_it_is(
    numbers: tuple[int, int], shares: tuple[str, str], why: str
) -> None:
    targets = Targets("أ", "A", {"group": dict(zip(("yes", "no"), map(Decimal, shares), strict=True))})
    answers = [*given(numbers[0], group="yes", hours="yes"), *given(numbers[1], group="no", hours="yes")]
    result = counted([HOURS], answers, targets=targets)
    assert [one.refused for one in result.weighed] == [why]
    assert any(one.is_weighted for one in result.figures) == (not why)


def test_shares_that_contradict_each_other_weigh_nothing() -> None:
    """Two questions that everybody answered alike cannot have different shares."""
    other = {"hours": {"yes": Decimal("0.2"), "no": Decimal("0.8")}}
    targets = Targets("أ", "A", {**HALVES.shares, **other})
    answers = [*given(50, group="yes", hours="yes"), *given(50, group="no", hours="no")]
    assert weigh(WEB, answers, targets, LIMITS).told.refused == "contradict"


GOOD = {
    "source_ar": "تعداد",
    "source_en": "Census",
    "group.yes": "60",
    "group.no": "39٫5",
    "group.other": "0.5",
}


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        (GOOD, {}),
        (GOOD | {"source_ar": " "}, {"source_ar": ("source", "300")}),
        (GOOD | {"group.no": "many"}, {"group.no": ("share", "many")}),
        (
            GOOD | {"group.no": "-1", "group.other": ""},
            {"group.no": ("share", "-1"), "group.other": ("missing", "")},
        ),
        (GOOD | {"group.no": "NaN"}, {"group.no": ("share", "NaN")}),
        (GOOD | {"group.yes": "30"}, {"group": ("sum", "70")}),
        ({"source_ar": "أ", "source_en": "A"}, {"shares": ("none", "")}),
        ({"version": "1"}, {}),
    ],
)
def test_what_stands_against_shares_is_told_beside_each_field(
    typed: dict[str, str], faults: dict[str, tuple[str, str]]
) -> None:
    targets, found = read_targets(
        [GROUPS, RATED, replace(HOURS, asked_if=Condition("group", ("yes",)))], typed, 300
    )
    assert {name: tuple(one) for name, one in found.items()} == faults
    assert (targets is None) == (typed is not GOOD)
    if targets is not None:
        assert read_targets([GROUPS], typed_of(targets), 300)[0] == targets
        assert sum(targets.shares["group"].values()) == 1
