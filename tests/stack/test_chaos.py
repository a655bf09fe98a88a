"""The parts of ``falaj chaos`` by themselves: schedule, load, account, verdict, table."""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stack.chaos.account import (
    Counts,
    Difference,
    Ledger,
    Letter,
    Table,
    Unlike,
    compare,
    compare_dead_letters,
    keys_of,
)
from stack.chaos.command import LETTERS_NAMED, cases, figures_table, letter_lines
from stack.chaos.load import BACK, DATASTREAMS, SOURCE, THINGS, Kind, Load, Shares, describe, digest
from stack.chaos.publisher import Tally
from stack.chaos.schedule import Component, FaultKind, schedule, timeline
from stack.chaos.servers import SmallDisk
from stack.chaos.settings import ChaosSettings
from stack.chaos.verdict import Outage, Outcome
from stack.chaos.watch import memory_bytes

SETTINGS = ChaosSettings()
IDS = {
    (f"t{n}", code): n * len(DATASTREAMS) + column
    for n in range(THINGS)
    for column, (code, *_) in enumerate(DATASTREAMS)
}

seeds = st.integers(0, 2**32)


# The schedule -----------------------------------------------------------------------------


@given(seeds, st.floats(10, 600))
def test_faults_of_one_component_never_overlap_and_all_are_mended_in_time(seed, seconds):
    faults = schedule(seed, seconds, SETTINGS)
    for component in Component:
        own = [fault for fault in faults if fault.kind.component is component]
        assert all(earlier.end < later.at for earlier, later in itertools.pairwise(own))
    assert all(0 < fault.at < fault.end <= seconds for fault in faults)


@given(seeds)
def test_a_seed_is_one_schedule_in_which_every_kind_strikes(seed):
    faults = schedule(seed, 600, SETTINGS)
    assert faults == schedule(seed, 600, SETTINGS)
    struck = Counter(fault.kind for fault in faults)
    assert set(struck) == set(FaultKind)
    assert max(struck.values()) - min(struck.values()) <= 1


def test_another_seed_is_another_schedule_and_faults_may_meet_across_components():
    schedules = [schedule(seed, 300, SETTINGS) for seed in range(20)]
    assert len(set(schedules)) == 20
    assert any(
        earlier.end > later.at for faults in schedules for earlier, later in itertools.pairwise(faults)
    )


def test_a_kind_left_out_never_strikes():
    kinds = [kind for kind in FaultKind if kind is not FaultKind.DISK_FULL]
    assert FaultKind.DISK_FULL not in {fault.kind for fault in schedule(1, 600, SETTINGS, kinds)}


@given(seeds)
def test_the_timeline_begins_and_ends_every_fault_once_in_order(seed):
    faults = schedule(seed, 300, SETTINGS)
    steps = timeline(faults)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert Counter(step.fault for step in steps) == dict.fromkeys(faults, 2)
    open_faults = set()
    for step in steps:
        (open_faults.add if step.begins else open_faults.remove)(step.fault)
    assert not open_faults


# The load ---------------------------------------------------------------------------------


@given(seeds)
def test_a_seed_is_one_set_of_messages(seed):
    one, again = Load(seed, 3_000), Load(seed, 3_000)
    assert all(one.message(n) == again.message(n) for n in range(0, 3_000, 97))


def test_what_repeats_or_contradicts_has_a_new_message_before_it():
    load = Load(5, 20_000)
    for number in np.flatnonzero(np.isin(load.kinds, [Kind.DUPLICATE, Kind.CONFLICT])):
        assert load.kinds[number - BACK] == Kind.NEW
        topic, payload = load.message(int(number))
        of_topic, of_payload = load.message(int(number) - BACK)
        assert topic == of_topic
        same = payload == of_payload
        assert same == (load.kinds[number] == Kind.DUPLICATE)
        assert json.loads(payload)["phenomenon_time"] == json.loads(of_payload)["phenomenon_time"]
        if not same:
            ours, others = json.loads(payload)["results"], json.loads(of_payload)["results"]
            assert all(ours[code] != others[code] for code in ("pm2_5", "no2", "o3"))


def test_a_load_has_every_kind_and_counts_its_values():
    load = Load(2, 20_000)
    assert set(load.kinds.tolist()) == set(Kind)
    whole = np.isin(load.kinds, [Kind.UNREADABLE, Kind.UNKNOWN_THING]).sum()
    assert load.values() == (20_000 - whole) * len(DATASTREAMS) + whole


def test_the_expected_rows_are_those_that_the_messages_say():
    """The columns computed at once against a reading of the messages one by one."""
    load = Load(9, 6_000)
    policies = {code: policy for code, policy, _ in DATASTREAMS}
    kept: dict[int, object] = {}
    for number in range(6_000):
        topic, payload = load.message(number)
        thing = topic.rsplit("/", 1)[1]
        if load.kinds[number] not in {Kind.NEW, Kind.DUPLICATE, Kind.CONFLICT, Kind.WRONG_TYPE, Kind.ABSURD}:
            continue
        message = json.loads(payload)
        micros = np.datetime64(message["phenomenon_time"].removesuffix("Z")).astype("datetime64[us]")
        for code, result in {**message["results"], "location": message["location"]}.items():
            if load.kinds[number] in {Kind.WRONG_TYPE, Kind.ABSURD} and code == "pm2_5":
                assert isinstance(result, str) or abs(result) > 1e100 or 0 < abs(result) < 1e-300
                continue
            key = int(keys_of(np.array([IDS[thing, code]]), np.array([micros.astype(np.int64)]))[0])
            if key not in kept or policies[code] == "keep_last":
                kept[key] = result
    tables = load.rows(6_000, IDS)
    assert sum(len(table.keys) for table in tables.values()) == len(kept)
    texts = ("clear", "dust", "fog", "rain", "storm")
    for key, (result,) in zip(tables["measurement"].keys, tables["measurement"].results, strict=True):
        assert kept[int(key)] == result
    for key, (result,) in zip(tables["category"].keys, tables["category"].results, strict=True):
        assert kept[int(key)] == texts[int(result)]
    for key, result in zip(tables["position"].keys, tables["position"].results, strict=True):
        assert kept[int(key)] == result.tolist()


def test_letters_are_expected_for_every_message_that_cannot_be_stored_whole():
    load = Load(4, 10_000)
    letters = load.letters(10_000)
    for number in range(10_000):
        expected = load.kinds[number] >= Kind.CONFLICT
        assert (digest(*load.message(number)) in letters) == expected
    assert {each.reason for each in letters.values()} == {
        "conflicting_result", "unreadable_payload", "unknown_thing", "clock_unset", "clock_ahead",
        "naive_time", "wrong_type", "not_physical",
    }  # fmt: skip


def test_without_shares_everything_is_new():
    assert set(Load(1, 5_000, Shares(0, 0, 0)).kinds.tolist()) == {Kind.NEW}


def test_the_things_are_described_as_the_load_publishes_them():
    source, things = describe()
    assert source.code == SOURCE
    assert {(thing.code, each.observed_property) for thing in things for each in thing.datastreams} == set(
        IDS
    )


# The account ------------------------------------------------------------------------------

tables = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, unique=True).map(
    lambda pairs: Table(
        keys_of(np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])),
        np.array([[a + b / 8] for a, b in pairs]),
    )
)


@given(tables, st.randoms(use_true_random=False))
def test_equal_tables_differ_in_nothing_whatever_their_order(table, random):
    order = list(range(len(table.keys)))
    random.shuffle(order)
    shuffled = Table(table.keys[order], table.results[order])
    assert compare(table, shuffled) == Difference(len(order), len(order))


@given(tables, st.data())
def test_any_lost_row_is_found(table, data):
    gone = data.draw(st.sets(st.integers(0, len(table.keys) - 1), min_size=1))
    left = [n for n in range(len(table.keys)) if n not in gone]
    found = compare(table, Table(table.keys[left], table.results[left]))
    assert (found.lost, found.duplicated, found.wrong, found.strange) == (len(gone), 0, 0, 0)


@given(tables, st.data())
def test_any_changed_value_is_found(table, data):
    changed = sorted(data.draw(st.sets(st.integers(0, len(table.keys) - 1), min_size=1)))
    results = table.results.copy()
    results[changed] = np.nextafter(results[changed], np.inf)  # by the last bit
    found = compare(table, Table(table.keys, results))
    assert (found.lost, found.duplicated, found.wrong, found.strange) == (0, 0, len(changed), 0)


@given(tables, st.data())
def test_any_row_stored_twice_is_found(table, data):
    twice = data.draw(st.lists(st.integers(0, len(table.keys) - 1), min_size=1))
    stored = Table(np.append(table.keys, table.keys[twice]), np.vstack([table.results, table.results[twice]]))
    found = compare(table, stored)
    assert (found.lost, found.duplicated, found.wrong, found.strange) == (0, len(twice), 0, 0)


@given(tables, st.sets(st.integers(41, 90), min_size=1))
def test_any_row_of_nobody_is_found(table, others):
    keys = keys_of(np.array(sorted(others)), np.zeros(len(others)))
    stored = Table(np.append(table.keys, keys), np.vstack([table.results, np.zeros((len(others), 1))]))
    found = compare(table, stored)
    assert (found.lost, found.duplicated, found.wrong, found.strange) == (0, 0, 0, len(others))


def test_a_position_is_wrong_if_either_coordinate_is():
    keys = np.array([1, 2])
    found = compare(
        Table(keys, np.array([[58.0, 23.0], [58.5, 23.5]])),
        Table(keys, np.array([[58.0, 23.0], [58.5, 23.6]])),
    )
    assert found.wrong == 1


@pytest.mark.parametrize(("ids", "times"), [([4096], [0]), ([1], [2**51]), ([1], [-1]), ([-1], [0])])
def test_keys_beyond_the_range_are_refused_rather_than_mixed(ids, times):
    with pytest.raises(ValueError, match="range"):
        keys_of(np.array(ids), np.array(times))


def make_letter(number: int, reason: str) -> Letter:
    return Letter(number, "falaj/v1/chaos/t1/observations", b"{", reason)


@given(st.dictionaries(st.integers(0, 99), st.sampled_from(["a", "b"])), st.data())
def test_every_letter_missing_changed_or_strange_is_named(reasons, data):
    letters = {bytes([number]): make_letter(number, reason) for number, reason in reasons.items()}
    names = sorted(letters)
    missing = set(data.draw(st.lists(st.sampled_from(names)))) if names else set()
    changed = set(data.draw(st.lists(st.sampled_from(names)))) - missing if names else set()
    stored = {
        name: make_letter(500 + name[0], "other" if name in changed else letters[name].reason)
        for name in names
        if name not in missing
    }
    strange = make_letter(900, "a")
    found = compare_dead_letters(letters, stored | {b"long name": strange})
    assert found.unlike == (
        *(Unlike(letters[name], stored[name]) for name in sorted(changed)),
        Unlike(None, strange),
        *(Unlike(letters[name], None) for name in sorted(missing)),
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_letters_that_differ_are_named_up_to_a_limit(language: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FALAJ_LANGUAGE", language)
    expected = {b"1": make_letter(71, "clock_ahead"), b"2": make_letter(72, "naive_time")}
    stored = {b"1": make_letter(8, "clock_unset"), b"3": make_letter(9, "wrong_type")}
    lines = letter_lines(compare_dead_letters(expected, stored))
    for line, words in zip(
        lines, (("8", "clock_unset", "clock_ahead"), ("9", "wrong_type"), ("72", "naive_time")), strict=True
    ):
        assert all(word in line for word in (*words, "falaj/v1/chaos/t1/observations: {"))
    many = {bytes([n]): make_letter(n, "naive_time") for n in range(LETTERS_NAMED + 3)}
    *named, rest = letter_lines(compare_dead_letters(many, {}))
    assert len(named) == LETTERS_NAMED
    assert "3" in rest
    assert letter_lines(compare_dead_letters(many, many)) == []


CLOSED = Counts(3, 10, 60, 50, 4, 3, 3)


def test_a_ledger_in_order_has_no_faults():
    assert Ledger(CLOSED, CLOSED, 0).faults(50, 60) == []


@pytest.mark.parametrize(
    ("ledger", "stored", "published", "fault"),
    [
        (Ledger(CLOSED, CLOSED, 1), 50, 60, "rows"),
        (Ledger(CLOSED, replace(CLOSED, duplicate=5), 0), 50, 60, "running_totals"),
        (Ledger(CLOSED, CLOSED, 0), 49, 60, "stored"),
        (Ledger(CLOSED, CLOSED, 0), 50, 61, "received"),
        (Ledger(replace(CLOSED, received=61), replace(CLOSED, received=61), 0), 50, 60, "sum"),
    ],
)
def test_each_part_of_the_ledger_that_does_not_close_is_named(ledger, stored, published, fault):
    assert ledger.faults(stored, published) == [fault]


# The verdict ------------------------------------------------------------------------------

GOOD = Outcome(
    seed=1, rate=1, seconds=1, tally=Tally(10, 10, 12), rows=Difference(50, 50),
    ledger=Ledger(CLOSED, CLOSED, 0), values_published=60, letters=compare_dead_letters({}, {}),
    stall_seconds=1, drain_seconds=1, peak_bytes=1, dropped=0, rolled_up=True, absurd=3,
    met=Counter(), missed=Counter(),
    outage=Outage(60, 100, 110, 50, 1000, 0),
)  # fmt: skip


def test_a_good_run_has_no_failures():
    assert GOOD.failures == []


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"rows": Difference(50, 50, lost=1)}, "lost"),
        ({"rows": Difference(50, 50, duplicated=1)}, "duplicated"),
        ({"rows": Difference(50, 50, wrong=1)}, "wrong"),
        ({"rows": Difference(50, 50, strange=1)}, "strange"),
        ({"tally": Tally(10, 9, 12)}, "unacknowledged"),
        ({"letters": compare_dead_letters({b"x": make_letter(1, "a")}, {})}, "letters"),
        ({"dropped": 1}, "dropped"),
        ({"rolled_up": False}, "not_rolled_up"),
        ({"ended_alone": 1}, "ended_alone"),
        ({"tracebacks": 1}, "tracebacks"),
        ({"ledger": Ledger(CLOSED, CLOSED, 1)}, "ledger_rows"),
        ({"outage": Outage(60, 100, 151, 50, 1000, 0)}, "grown"),
        ({"outage": Outage(60, 100, 110, 50, 1000, 1)}, "disordered"),
    ],
)
def test_each_thing_that_is_wrong_fails_the_run_and_has_a_text(changed, failure):
    from stack.texts import text

    assert replace(GOOD, **changed).failures == [failure]
    assert text(f"chaos.failure.{failure}")


def test_every_fault_has_a_name_for_people():
    from stack.texts import text

    assert len({text(f"chaos.fault.{kind.value}") for kind in FaultKind}) == len(FaultKind)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_table_has_every_figure_in_both_languages(language: str, monkeypatch: pytest.MonkeyPatch):
    from stack.texts import text

    monkeypatch.setenv("FALAJ_LANGUAGE", language)
    shown = replace(
        GOOD, skipped=(FaultKind.DISK_FULL,), met=Counter({FaultKind.DEADLOCK: 7}),
        missed=Counter({FaultKind.DEADLOCK: 2, FaultKind.LOCK_HELD: 1}),
    )  # fmt: skip
    table = figures_table("title", shown)
    names, values, expected = (list(column.cells) for column in table.columns)
    assert len(names) == len(set(names)) == 6 + 13 + 6 + 3
    at = names.index(text("chaos.fault.deadlock"))
    assert (values[at], expected[at]) == ("7", text("chaos.missed", count=2))
    assert values[names.index(text("chaos.fault.disk_full"))] == text("chaos.skipped")
    assert values[names.index(text("chaos.fault.lock_held"))] == "0"


def test_a_bad_run_is_bad_in_the_document_too():
    bad = {case.name: case for case in cases(replace(GOOD, rows=Difference(50, 49, lost=1)))}
    assert bad["rows as published"].meets is bad["ledger closes"].meets is bad["good"].meets is False
    good = cases(GOOD)
    assert all(case.meets is not False for case in good)


def test_a_disk_that_may_not_be_mounted_is_told(tmp_path: Path):
    assert SmallDisk(tmp_path / "disk", size_mib=-1).mount() is False


def test_memory_is_read_from_the_process():
    resident, peak = memory_bytes(os.getpid()) or (0, 0)
    assert 1 << 20 < resident <= peak
    assert memory_bytes(2**22 + 1) is None
