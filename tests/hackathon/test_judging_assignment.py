"""Assigning judges: never a conflict, even loads, one piece; and what it says when it cannot be."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.judging import drawn_task
from hackathon.contest.judging.assignment import Assignment, assign
from hackathon.contest.judging.connectivity import islands
from hackathon.contest.judging.errors import JudgingAssignmentImpossible, JudgingScoredInConflict
from hackathon.contest.judging.grid import grid_of
from hackathon.contest.judging.shortage import Constraint, Shortage
from hackathon.contest.judging.staffing import staff
from hackathon.contest.judging.task import Entry, Judge, Task


def judges(count: int, capacity: int = 9) -> list[Judge]:
    return [Judge(id=f"j{n:02}", capacity=capacity) for n in range(count)]


def entries(count: int, track: str = "") -> list[Entry]:
    return [Entry(id=f"s{n:03}", track=track) for n in range(count)]


def check(task: Task, found: Assignment) -> None:
    """All hard rules, by plain counting."""
    assert task.forbidden.isdisjoint(found.pairs)
    assert task.kept <= set(found.pairs)
    assert len(set(found.pairs)) == len(found.pairs)
    assert all(
        load <= max(task.judge[judge].capacity, sum(j == judge for j, _ in task.kept))
        for judge, load in found.loads.items()
    )
    sheets = Counter(submission for _, submission in found.pairs)
    sheets.subtract(submission for _, submission in found.bridges)
    kept = Counter(submission for _, submission in task.kept)
    assert all(sheets[entry] == max(task.judges_per_entry, kept[entry]) for entry in task.entry)
    for track in {entry.track for entry in task.entries}:
        own = [pair for pair in found.pairs if task.entry[pair[1]].track == track]
        assert len(islands(own)) == 1
    for entry in task.entries:
        if entry.needs_expert:
            assert any(task.is_expert(judge, s) for judge, s in found.pairs if s == entry.id)


@pytest.mark.parametrize(("organisations", "tracks"), [(0, 1), (20, 5), (20, 20), (0, 60)], ids=str)
def test_a_large_round(organisations: int, tracks: int):
    task = drawn_task(organisations + tracks, organisations=organisations, tracks=tracks)
    found = assign(task)
    check(task, found)
    assert (found.spread, found.shared_organisations) == (0, ())
    assert found.bridges == ()


def test_the_same_task_gives_the_same_whatever_its_order_and_another_seed_another():
    task = drawn_task(7)
    turned = Task(
        judges=list(reversed(list(task.judges))), entries=list(reversed(list(task.entries))), judges_per_entry=3,
        conflicts=task.conflicts, affinity=dict(reversed(task.affinity.items())), seed=task.seed,
    )  # fmt: skip
    assert assign(turned) == assign(task)
    flat = {"judges": judges(6), "entries": entries(12), "judges_per_entry": 2}
    assert assign(Task(**flat, seed=1)).pairs == assign(Task(**flat, seed=1)).pairs
    assert assign(Task(**flat, seed=1)).pairs != assign(Task(**flat, seed=2)).pairs


def test_affinity_decides_between_equal_loads():
    fond = {("j00", "s000"): 1.0, ("j00", "s001"): 1.0, ("j01", "s002"): 1.0, ("j01", "s003"): 1.0}
    task = Task(judges=judges(4), entries=entries(4), judges_per_entry=2, affinity=fond, seed=3)
    assert set(fond) <= set(assign(task).pairs)


def test_what_is_scored_already_stays():
    locked = frozenset({("j00", f"s{n:03}") for n in range(4)})
    task = Task(judges=judges(4), entries=entries(6), judges_per_entry=2, locked=locked)
    found = assign(task)
    check(task, found)
    assert sorted(found.loads.values()) == [2, 3, 3, 4]


def test_who_scored_more_than_the_capacity_gets_no_more():
    few = [Judge(id="busy", capacity=1), *judges(3)]
    locked = frozenset({("busy", "s000"), ("busy", "s001")})
    found = assign(Task(judges=few, entries=entries(4), judges_per_entry=2, locked=locked))
    assert found.loads["busy"] == 2


def test_what_is_scored_in_conflict_has_to_be_taken_out_first():
    pair = frozenset({("j00", "s000")})
    with pytest.raises(JudgingScoredInConflict, match="j00 → s000"):
        assign(Task(judges=judges(3), entries=entries(2), judges_per_entry=2, conflicts=pair, locked=pair))


def test_capacities_below_the_even_load_are_kept_and_the_others_share():
    some = [Judge(id="guest", capacity=1), *judges(3)]
    found = assign(Task(judges=some, entries=entries(5), judges_per_entry=2))
    assert found.loads == {"guest": 1, "j00": 3, "j01": 3, "j02": 3}


def test_one_organisation_judges_a_submission_once():
    house = [Judge(id=f"j{n}", capacity=9, organisation=f"o{n // 2}") for n in range(6)]
    for seed in range(5):
        found = assign(Task(judges=house, entries=entries(8), judges_per_entry=3, seed=seed))
        assert found.shared_organisations == ()
        assert found.spread == 0


def test_where_one_organisation_has_to_judge_twice_it_is_as_rare_as_can_be_and_said():
    house = [Judge(id=f"j{n}", capacity=9, organisation="o" if n < 3 else None) for n in range(4)]
    found = assign(Task(judges=house, entries=entries(4), judges_per_entry=2, conflicts={("j3", "s000")}))
    assert found.shared_organisations == (("s000", "o"),)


def test_the_organisation_of_a_sheet_that_stays_counts():
    house = [Judge(id=f"j{n}", capacity=9, organisation="o" if n < 2 else None) for n in range(4)]
    for seed in range(5):
        task = Task(
            judges=house, entries=entries(1), judges_per_entry=2, locked={("j0", "s000")}, seed=seed,
            affinity={("j1", "s000"): 1.0},
        )  # fmt: skip
        assert assign(task).shared_organisations == ()


def test_an_expert_who_has_scored_already_is_the_expert():
    expert = Judge(id="expert", capacity=1, expertise=frozenset({"water"}))
    wants = [Entry(id="s0", track="water", needs_expert=True), Entry(id="s1", track="water")]
    task = Task(judges=[expert, *judges(3)], entries=wants, judges_per_entry=2, locked={("expert", "s0")})
    check(task, assign(task))


def test_where_conflicts_forbid_even_loads_they_are_as_even_as_can_be():
    """Three judges may judge two entries of eight only: one of them gets nothing, and the rest falls to j03."""
    conflicts = {(f"j{n:02}", f"s{m:03}") for n in range(3) for m in range(2, 8)}
    task = Task(judges=judges(4), entries=entries(8), judges_per_entry=1, conflicts=conflicts)
    assert sorted(loads_of(task, staff(grid_of(task)))) == [0, 1, 1, 6]


def test_experts_are_on_every_submission_that_asks_for_one():
    mixed = [
        Judge(id=f"j{n}", capacity=9, expertise=frozenset({"water"}) if n < 2 else frozenset())
        for n in range(6)
    ]
    wants = [Entry(id=f"s{n}", track="water", needs_expert=n < 6) for n in range(9)]
    task = Task(judges=mixed, entries=wants, judges_per_entry=2)
    found = assign(task)
    check(task, found)
    assert found.spread == 0


def test_small_tracks_hang_together_too():
    """Three submissions and nine seats in a track: nine different judges would be three islands."""
    tracks = [Entry(id=f"s{n:03}", track=f"t{n % 10}") for n in range(30)]
    task = Task(judges=judges(30), entries=tracks, judges_per_entry=3)
    found = assign(task)
    check(task, found)
    assert (found.spread, found.bridges) == (0, ())


def test_further_sheets_join_what_swaps_cannot():
    """With one judge each, no exchange makes judges share a submission."""
    task = Task(judges=judges(4), entries=entries(10), judges_per_entry=1)
    found = assign(task)
    check(task, found)
    assert (len(found.bridges), found.spread) == (3, 1)


def test_only_the_gap_of_a_judge_who_recuses_is_filled():
    task = Task(judges=judges(5), entries=entries(10), judges_per_entry=2, seed=4)
    before = set(assign(task).pairs)
    kept = frozenset(pair for pair in before if pair[0] != "j00")
    gone = frozenset(("j00", entry.id) for entry in task.entries)
    after = assign(
        Task(judges=judges(5), entries=entries(10), judges_per_entry=2, conflicts=gone, locked=kept, seed=4)
    )
    assert kept <= set(after.pairs)
    assert after.loads["j00"] == 0
    assert sorted(after.loads.values()) == [0, 5, 5, 5, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        {"judges": [*judges(2), *judges(1)]},
        {"entries": [*entries(2), *entries(1)]},
        {"judges_per_entry": 0},
        {"judges": judges(2, capacity=-1)},
        {"locked": {("nobody", "s000")}},
        {"affinity": {("j00", "s000"): float("nan")}},
        {"affinity": {("j00", "s000"): 1.5}},
    ],
    ids=str,
)
def test_a_task_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        Task(**{"judges": judges(2), "entries": entries(2), "judges_per_entry": 2} | wrong)


def test_nothing_to_judge_is_no_trouble_and_nobody_to_judge_it_is():
    assert assign(Task(judges=judges(2), entries=[], judges_per_entry=3)).pairs == ()
    assert assign(Task(judges=[], entries=[], judges_per_entry=3)).spread == 0
    found = impossible(judges=[], entries=entries(2), judges_per_entry=2)
    assert found == (Shortage(Constraint.CONFLICTS, ("s000", "s001"), 2),)
    everything = {(f"j{n:02}", "s000") for n in range(2)}
    found = impossible(judges=judges(2), entries=entries(1), judges_per_entry=1, conflicts=everything)
    assert found == (Shortage(Constraint.CONFLICTS, ("s000",), 1),)


def impossible(**task) -> tuple[Shortage, ...]:
    with pytest.raises(JudgingAssignmentImpossible) as refused:
        assign(Task(**task))
    assert refused.value.text("en") != refused.value.text("ar")
    return refused.value.shortages


def test_it_says_where_conflicts_leave_too_few_judges():
    conflicts = {(f"j{n:02}", "s001") for n in range(3)}
    found = impossible(judges=judges(4), entries=entries(4), judges_per_entry=3, conflicts=conflicts)
    assert found == (Shortage(Constraint.CONFLICTS, ("s001",), 2),)


def test_it_says_how_many_judges_the_capacity_lacks():
    found = impossible(judges=judges(4, capacity=5), entries=entries(12), judges_per_entry=2)
    assert found == (Shortage(Constraint.CAPACITY, tuple(f"s{n:03}" for n in range(12)), 1),)


def test_it_names_those_who_compete_for_the_same_few_judges_and_not_the_others():
    """s000 to s002 may be judged by j00 and j01 only, who have room for two sheets each."""
    crowd = [*judges(2, capacity=2), *[Judge(id=f"k{n}", capacity=9) for n in range(3)]]
    conflicts = {(f"k{n}", f"s{m:03}") for n in range(3) for m in range(3)}
    found = impossible(judges=crowd, entries=entries(8), judges_per_entry=2, conflicts=conflicts)
    assert found == (Shortage(Constraint.CAPACITY, ("s000", "s001", "s002"), 1),)


def test_it_says_where_an_expert_is_missing():
    wants = [Entry(id=f"s{n}", track="water", needs_expert=n == 1) for n in range(3)]
    expert = Judge(id="expert", capacity=9, expertise=frozenset({"water"}))
    found = impossible(
        judges=[expert, *judges(3)], entries=wants, judges_per_entry=2, conflicts={("expert", "s1")}
    )
    assert found == (Shortage(Constraint.EXPERTISE, ("s1",), 1),)


def test_it_names_the_tracks_that_have_no_expert_at_all():
    wants = [Entry(id=f"s{n}", track=f"t{n % 2}", needs_expert=True) for n in range(4)]
    found = impossible(judges=judges(4), entries=wants, judges_per_entry=2)
    assert found == (
        Shortage(Constraint.EXPERTISE, ("s0", "s2"), 1),
        Shortage(Constraint.EXPERTISE, ("s1", "s3"), 1),
    )


def test_it_says_what_nobody_may_join():
    conflicts = {("j00", "s001"), ("j01", "s000")}
    found = impossible(judges=judges(2), entries=entries(2), judges_per_entry=1, conflicts=conflicts)
    assert found == (Shortage(Constraint.CONNECTION, ("s001",), 1),)


@st.composite
def small_tasks(draw) -> Task:
    few = [
        Judge(
            id=f"j{n}", capacity=draw(st.integers(1, 4)), organisation=draw(st.sampled_from([None, "o", "p"]))
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    some = entries(draw(st.integers(1, 4)))
    pairs = [(judge.id, entry.id) for judge in few for entry in some]
    return Task(
        judges=few, entries=some, judges_per_entry=draw(st.integers(1, 2)),
        conflicts=frozenset(draw(st.sets(st.sampled_from(pairs), max_size=4))), seed=draw(st.integers(0, 9)),
    )  # fmt: skip


def every_staffing(task: Task) -> list[list[tuple[str, str]]]:
    """All assignments without a conflict and within capacity, by trying all."""
    choices = [
        list(combinations([j for j in task.judge if (j, entry) not in task.forbidden], task.judges_per_entry))
        for entry in task.entry
    ]
    staffings = [
        [(judge, entry) for entry, chosen in zip(task.entry, seats, strict=True) for judge in chosen]
        for seats in product(*choices)
    ]
    return [
        pairs
        for pairs in staffings
        if all(load <= task.judge[j].capacity for j, load in Counter(j for j, _ in pairs).items())
    ]


def organisations_twice(task: Task, pairs) -> int:
    seats = Counter((s, task.judge[j].organisation) for j, s in pairs if task.judge[j].organisation)
    return sum(seat - 1 for seat in seats.values() if seat > 1)


def loads_of(task: Task, pairs) -> list[int]:
    loads = Counter(judge for judge, _ in pairs)
    return [loads[judge] for judge in task.judge]


@settings(max_examples=150, deadline=None)
@given(small_tasks())
def test_staffing_is_possible_when_it_is_and_as_even_as_can_be(task):
    """Compared with every assignment there is: organisations first, then squares and spread of loads."""
    every = every_staffing(task)
    if not every:
        with pytest.raises(JudgingAssignmentImpossible):
            staff(grid_of(task))
        return
    pairs = staff(grid_of(task))
    assert sorted(pairs) in [sorted(other) for other in every]
    fewest = min(organisations_twice(task, other) for other in every)
    assert organisations_twice(task, pairs) == fewest
    rivals = [loads_of(task, other) for other in every if organisations_twice(task, other) == fewest]
    own = loads_of(task, pairs)
    assert sum(load**2 for load in own) == min(sum(load**2 for load in loads) for loads in rivals)
    assert max(own) - min(own) == min(max(loads) - min(loads) for loads in rivals)


def could_be_more_even(task: Task, found: Assignment) -> bool:
    """Whether entries can be handed on from judge to judge, from one to another with two sheets less."""
    pairs = set(found.pairs)
    hands_to = {
        judge: {
            other
            for _, entry in (pair for pair in pairs if pair[0] == judge)
            for other in task.judge
            if (other, entry) not in pairs | task.forbidden
        }
        for judge in task.judge
    }
    for judge, load in found.loads.items():
        reached, waiting = {judge}, [judge]
        while waiting:
            new = hands_to[waiting.pop()] - reached
            reached |= new
            waiting += new
        if any(found.loads[other] <= load - 2 for other in reached):
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 12), st.integers(6, 25), st.integers(1, 3))
def test_no_conflict_is_ever_assigned_and_loads_are_as_even_as_conflicts_allow(
    seed, panel, submissions, tracks
):
    chance = Random(seed)
    some = [Entry(id=f"s{n:03}", track=f"t{n % tracks}") for n in range(submissions)]
    pairs = [(judge.id, entry.id) for judge in judges(panel) for entry in some]
    conflicts = frozenset(pair for pair in pairs if chance.random() < 0.1)
    task = Task(judges=judges(panel, 30), entries=some, judges_per_entry=3, conflicts=conflicts)
    free = {e.id: {j for j, entry in pairs if entry == e.id and (j, entry) not in conflicts} for e in some}
    assume(all(len(own) >= 3 for own in free.values()))
    # Somebody may judge each entry and the next of its track, so that all can be joined.
    assume(all(free[e.id] & free[later.id] for e, later in zip(some, some[tracks:], strict=False)))
    found = assign(task)
    check(task, found)
    if not found.bridges:
        assert not could_be_more_even(task, found)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(9, 20), st.integers(2, 8))
def test_what_stays_is_never_moved_to_join_a_track(seed, panel, tracks):
    chance = Random(seed)
    some = [Entry(id=f"s{n:03}", track=f"t{n % tracks}") for n in range(3 * tracks)]
    pairs = [(judge.id, entry.id) for judge in judges(panel) for entry in some]
    drawn = {pair: chance.random() for pair in pairs}
    before = assign(Task(judges=judges(panel, 30), entries=some, judges_per_entry=3, affinity=drawn, seed=1))
    kept = frozenset(pair for pair in before.pairs if chance.random() < 0.6) - set(before.bridges)
    other = {pair: chance.random() for pair in pairs}
    task = Task(judges=judges(panel, 30), entries=some, judges_per_entry=3, affinity=other, locked=kept)
    check(task, assign(task))
