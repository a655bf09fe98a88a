"""Places: what separates whom, shared places, decisions, and never a name."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.errors import JudgingDecisionDoesNotFit
from hackathon.contest.judging.ranking import (
    Contender,
    PanelDecision,
    Place,
    PodiumChange,
    Separation,
    podium_changes,
    rank,
)


def contender(name: str, total: str, *marks: str | None, spread: str | None = "1") -> Contender:
    return Contender(
        submission=name,
        total=Decimal(total),
        by_criterion={f"c{n}": None if mark is None else Decimal(mark) for n, mark in enumerate(marks)},
        spread=None if spread is None else Decimal(spread),
    )


def shown(places: tuple[Place, ...]) -> list[tuple[int, str]]:
    return [(place.number, "".join(sorted(place.submissions))) for place in places]


def test_the_higher_total_is_before():
    places = rank([contender("a", "7.0001", "5"), contender("b", "7.0002", "4")])
    assert shown(places) == [(1, "b"), (2, "a")]
    assert [place.below_by for place in places] == [None, Separation.TOTAL]


def test_equal_totals_go_by_the_heaviest_criterion_then_the_next_then_the_spread():
    places = rank(
        [
            contender("a", "7", "5", "9", spread="0"),
            contender("b", "7", "6", "5", spread="2"),
            contender("c", "7", "6", "5", spread="1"),
            contender("d", "7", "6", "8", spread="3"),
        ]
    )
    assert shown(places) == [(1, "d"), (2, "c"), (3, "b"), (4, "a")]
    assert [(place.below_by, place.criterion) for place in places] == [
        (None, None),
        (Separation.CRITERION, "c1"),
        (Separation.SPREAD, None),
        (Separation.CRITERION, "c0"),
    ]


def test_who_cannot_be_told_apart_shares_a_place():
    same = [contender(name, "7", "5") for name in "cab"]
    places = rank([*same, contender("z", "8", "5"), contender("y", "6", "5")])
    assert shown(places) == [(1, "z"), (2, "abc"), (5, "y")]


def test_a_criterion_that_one_of_them_lacks_is_not_asked_of_the_others():
    """Otherwise n/a would count as the worst mark, or as the best."""
    places = rank(
        [contender("a", "7", None, "4"), contender("b", "7", "9", "5"), contender("c", "7", "1", "6")]
    )
    assert shown(places) == [(1, "c"), (2, "b"), (3, "a")]


def test_a_single_opinion_is_not_the_most_united_one():
    places = rank([contender("a", "7", "5", spread=None), contender("b", "7", "5", spread="2")])
    assert shown(places) == [(1, "ab")]


def test_the_panel_decides_between_those_who_share_a_place():
    same = [contender(name, "7", "5") for name in "abc"]
    decision = PanelDecision(order=("b", "c", "a"), reason="The demonstration of b ran on live data.")
    places = rank([*same, contender("y", "6", "5")], [decision])
    assert shown(places) == [(1, "b"), (2, "c"), (3, "a"), (4, "y")]
    assert [place.below_by for place in places] == [
        None,
        Separation.PANEL,
        Separation.PANEL,
        Separation.TOTAL,
    ]


@pytest.mark.parametrize("order", [("a", "y"), ("a",), ("a", "b", "y"), ("a", "a"), ("a", "b", "b"), ("y",)])
def test_the_panel_cannot_overrule_scores(order):
    contenders = [contender("a", "7", "5"), contender("b", "7", "5"), contender("y", "6", "5")]
    with pytest.raises(JudgingDecisionDoesNotFit) as refused:
        rank(contenders, [PanelDecision(order=order, reason="We like it.")])
    assert "y" in refused.value.text("en") or "a" in refused.value.text("en")


def test_a_decision_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        PanelDecision(order=("a", "b"), reason=" ")


def test_nobody_has_no_places():
    assert rank([]) == ()


def test_a_changed_podium_is_flagged_with_who():
    raw = rank([contender(n, t) for n, t in (("a", "9"), ("b", "8"), ("c", "7"), ("d", "6"))])
    normalised = rank([contender(n, t) for n, t in (("a", "9"), ("c", "8"), ("b", "7"), ("d", "6"))])
    assert podium_changes(raw, normalised) == (
        PodiumChange(2, frozenset("b"), frozenset("c")),
        PodiumChange(3, frozenset("c"), frozenset("b")),
    )
    assert podium_changes(raw, normalised, places=1) == ()
    assert podium_changes(raw, raw) == ()
    lower = rank([contender(n, t) for n, t in (("a", "9"), ("b", "8"), ("c", "7"), ("d", "6.5"))])
    assert podium_changes(raw, lower) == ()


FEW = st.sampled_from([Decimal(1), Decimal(2)])
CONTENDERS = st.lists(
    st.tuples(FEW, st.one_of(st.none(), FEW), FEW, st.one_of(st.none(), FEW)), min_size=1, max_size=7
)


def named(rows, names) -> list[Contender]:
    return [
        Contender(submission=name, total=total, by_criterion={"x": x, "y": y}, spread=spread)
        for name, (total, x, y, spread) in zip(names, rows, strict=True)
    ]


@settings(deadline=None)
@given(CONTENDERS, st.data())
def test_neither_names_nor_the_order_of_entry_move_a_place(rows, data):
    names = data.draw(st.permutations("abcdefg"[: len(rows)]))
    order = data.draw(st.permutations(range(len(rows))))
    before = rank(named(rows, "abcdefg"[: len(rows)]))
    after = rank([named(rows, names)[position] for position in order])
    renamed = dict(zip("abcdefg", names, strict=False))
    assert [(p.number, {renamed[s] for s in p.submissions}, p.below_by) for p in before] == [
        (p.number, set(p.submissions), p.below_by) for p in after
    ]


@settings(deadline=None)
@given(CONTENDERS)
def test_everybody_has_one_place_and_numbers_leave_room_for_those_who_share(rows):
    places = rank(named(rows, "abcdefg"[: len(rows)]))
    holders = [s for place in places for s in place.submissions]
    assert sorted(holders) == sorted("abcdefg"[: len(rows)])
    above = 0
    for place in places:
        assert place.number == above + 1
        above += len(place.submissions)
