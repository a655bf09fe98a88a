from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.model import ConflictPolicy
from ingest.arrange import SOMETHING_OLDER, Policies, Settled, dirty_hours, newest, part_by_key, settle
from ingest.model import Family, Rows

Triple = tuple[int, int, float]
HOUR = 3_600_000_000


def rows_of(triples: Sequence[Triple]) -> Rows:
    return Rows(
        Family.MEASUREMENT,
        np.array([t[0] for t in triples], dtype=np.int32),
        np.array([t[1] for t in triples], dtype=np.int64),
        np.array([t[2] for t in triples], dtype=np.float64),
        np.full(len(triples), 2, dtype=np.int16),
        np.arange(len(triples), dtype=np.int32),
    )


def triples_of(rows: Rows) -> list[Triple]:
    return list(zip(rows.datastream_ids.tolist(), rows.times.tolist(), rows.results.tolist(), strict=True))


def settled_of(
    triples: Sequence[Triple], policies: Policies, store: Mapping[tuple[int, int], float] | None = None
) -> Settled:
    """Rows settled beside a store of results by key."""
    parted = part_by_key(rows_of(triples), policies)
    keys = [(datastream_id, time) for datastream_id, time, _ in triples_of(parted.kept)]
    known = [(place, store[key]) for place, key in enumerate(keys) if store and key in store]
    positions = np.array([place for place, _ in known], dtype=np.int64)
    return settle(parted, policies, positions, np.array([result for _, result in known]))


def test_rows_come_in_key_order() -> None:
    settled = settled_of([(2, 5, 1.0), (1, 9, 2.0), (1, 3, 3.0)], {})
    assert triples_of(settled.new) == [(1, 3, 3.0), (1, 9, 2.0), (2, 5, 1.0)]


def test_the_first_is_kept_and_the_others_counted() -> None:
    settled = settled_of([(1, 1, 5.0), (1, 1, 6.0), (1, 1, 5.0)], {})
    assert (triples_of(settled.new), settled.duplicate, settled.conflicting) == ([(1, 1, 5.0)], 1, 1)


def test_the_last_is_kept_where_the_policy_says_so() -> None:
    settled = settled_of([(1, 1, 5.0), (1, 1, 6.0), (2, 1, 7.0)], {1: "keep_last"})
    assert (triples_of(settled.new), settled.conflicting) == ([(1, 1, 6.0), (2, 1, 7.0)], 1)


def test_the_other_value_becomes_a_letter_where_the_policy_says_so() -> None:
    settled = settled_of([(1, 1, 5.0), (1, 1, 6.0)], {1: "quarantine"})
    assert triples_of(settled.new) == [(1, 1, 5.0)]
    assert [(r.message, r.reason) for r in settled.rejections] == [(1, "conflicting_result")]
    assert settled.conflicting == 0


def test_stored_keys_are_duplicates_conflicts_or_replaced() -> None:
    rows = [(1, 1, 5.0), (1, 2, 5.0), (2, 1, 5.0), (3, 1, 5.0)]
    settled = settled_of(rows, {2: "keep_last"}, {(1, 1): 5.0, (1, 2): 4.0, (2, 1): 4.0})
    assert triples_of(settled.new) == [(3, 1, 5.0)]
    assert settled.replaced is not None
    assert triples_of(settled.replaced) == [(2, 1, 5.0)]
    assert (settled.duplicate, settled.conflicting) == (1, 2)


def test_newest_and_dirty_hours() -> None:
    rows = rows_of([(1, 10, 1.0), (1, HOUR, 2.0), (1, HOUR + 5, 3.0), (4, 0, 4.0)])
    assert triples_of(newest(rows)) == [(1, HOUR + 5, 3.0), (4, 0, 4.0)]
    ids, hours, firsts, lasts = dirty_hours(rows, are_new=True)
    assert (ids.tolist(), hours.tolist()) == ([1, 1, 4], [0, 1, 0])
    assert (firsts.tolist(), lasts.tolist()) == ([10, HOUR, 0], [10, HOUR + 5, 0])
    assert set(dirty_hours(rows, are_new=False).firsts.tolist()) == {SOMETHING_OLDER}


triples = st.tuples(st.integers(1, 3), st.integers(0, 3), st.sampled_from([1.0, 2.0]))
policies = st.dictionaries(
    st.integers(1, 3), st.sampled_from(["keep_first", "keep_last", "quarantine"]), max_size=3
)


@given(st.lists(triples, min_size=1, max_size=30), st.lists(triples, max_size=12), policies)
def test_every_row_is_accounted_for(
    given_rows: list[Triple], stored: list[Triple], given_policies: dict[int, ConflictPolicy]
) -> None:
    store = {(datastream_id, time): result for datastream_id, time, result in stored}
    settled = settled_of(given_rows, given_policies, store)
    keys = [(i, t) for i, t, _ in triples_of(settled.new)]
    assert len(set(keys)) == len(keys)
    total = len(settled.new) + settled.duplicate + settled.conflicting + len(settled.rejections)
    assert total == len(given_rows)
    assert not set(keys) & set(store)


@pytest.mark.parametrize(
    ("policy", "duplicates", "conflicts", "letters"),
    [("quarantine", [1], [], [0]), ("keep_first", [1], [0], []), ("keep_last", [1], [0], [])],
)
def test_what_is_stored_and_comes_again_behind_what_contradicts_it_is_a_duplicate(
    policy: ConflictPolicy, duplicates: list[int], conflicts: list[int], letters: list[int]
) -> None:
    settled = settled_of([(1, 1, 6.0), (1, 1, 5.0)], {1: policy}, {(1, 1): 5.0})
    assert (settled.duplicates.tolist(), settled.conflicts.tolist()) == (duplicates, conflicts)
    assert [rejection.message for rejection in settled.rejections] == letters
