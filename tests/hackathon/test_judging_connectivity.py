"""Islands of judges, and the fewest assignments that join them."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.connectivity import Island, Room, bridges, islands


def test_islands_are_judges_who_share_nothing():
    pairs = [("a", "1"), ("b", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("c", "5")]
    assert islands(pairs) == (
        Island(("a", "b"), ("1", "2")),
        Island(("c",), ("3", "5")),
        Island(("d",), ("4",)),
    )
    assert islands([]) == ()


def test_a_judge_and_a_submission_of_one_name_are_two_things():
    assert len(islands([("x", "y"), ("y", "x")])) == 2


def test_what_is_joined_already_needs_no_bridge():
    assert bridges([("a", "1"), ("b", "1")], Room({"a": 3, "b": 3})) == ()


def test_bridges_ask_everybody_before_they_ask_somebody_twice():
    pairs = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]
    found = bridges(pairs, Room(dict.fromkeys("abcd", 3)))
    assert found is not None
    assert len(found) == 3
    assert len({judge for judge, _ in found}) == 3


def test_judges_who_have_more_already_are_asked_last():
    pairs = [("a", "1"), ("a", "2"), ("b", "3")]
    assert bridges(pairs, Room({"a": 1, "b": 1}, loads={"a": 2, "b": 1})) == (("b", "1"),)
    assert bridges(pairs, Room({"a": 1, "b": 1}, loads={"a": 2, "b": 4})) == (("a", "3"),)


def test_a_first_choice_is_given_up_where_only_that_joins_everything():
    """a comes to 2 at first, and then c, who may judge nothing but 1, would join the same two again."""
    pairs = [("a", "1"), ("c", "2"), ("b", "3")]
    found = bridges(pairs, Room({"a": 1, "c": 1}, forbidden={("c", "3")}))
    assert found is not None
    assert sorted(found) == [("a", "3"), ("c", "1")]


def test_a_judge_without_sheets_may_be_the_bridge():
    pairs = [("a", "1"), ("b", "2")]
    assert bridges(pairs, Room({"fresh": 2})) == (("fresh", "1"), ("fresh", "2"))
    assert bridges(pairs, Room({"fresh": 1})) is None
    assert bridges(pairs, Room({"fresh": 2}, forbidden={("fresh", "2")})) is None


def test_a_bridge_leads_to_the_submission_with_the_fewest_sheets():
    pairs = [("a", "1"), ("b", "2"), ("c", "2"), ("c", "3")]
    assert bridges(pairs, Room({"a": 1})) == (("a", "3"),)


PAIR = st.tuples(st.sampled_from("abcd"), st.sampled_from("12345"))


@settings(max_examples=150, deadline=None)
@given(
    st.sets(PAIR, min_size=1, max_size=6),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2)),
    st.sets(PAIR, max_size=8),
)
def test_bridges_are_the_fewest_there_are(pairs, free, forbidden):
    """Compared with trying all sets of further pairs among the judges of the islands."""
    judges = {judge for judge, _ in pairs}
    free = {judge: sheets for judge, sheets in free.items() if judge in judges}
    seen = {submission for _, submission in pairs}
    possible = [(j, s) for j in free for s in seen if (j, s) not in forbidden | pairs]
    needed = len(islands(pairs)) - 1

    def joins(extra) -> bool:
        within = all(sum(j == judge for j, _ in extra) <= sheets for judge, sheets in free.items())
        return within and len(islands([*pairs, *extra])) == 1

    found = bridges(pairs, Room(free, forbidden))
    if found is None:
        assert not any(joins(extra) for extra in combinations(possible, needed))
    else:
        assert len(found) == needed
        assert joins(found)
        assert forbidden.isdisjoint(found)
