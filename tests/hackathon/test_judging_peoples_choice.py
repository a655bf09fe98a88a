"""The people's choice: equal votes share a place, and the count closes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.peoples_choice import count_votes


def test_most_votes_come_first_and_equal_votes_share_a_place():
    choice = count_votes({"a": 2, "b": 2, "d": 5}, ["a", "b", "c", "d"])
    assert [(place.number, place.votes, set(place.submissions)) for place in choice.places] == [
        (1, 5, {"d"}),
        (2, 2, {"a", "b"}),
        (4, 0, {"c"}),
    ]


def test_votes_for_what_is_not_in_the_contest_any_more_are_not_counted():
    choice = count_votes({"b": 1, "gone": 3}, {"a", "b"})
    assert choice.places[0].submissions == {"b"}
    assert (choice.counted, choice.not_counted) == (1, 3)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)), st.sets(st.sampled_from("abcd")))
def test_the_count_closes_and_everybody_has_one_place(votes, standing):
    choice = count_votes(votes, standing)
    assert choice.counted + choice.not_counted == sum(votes.values())
    assert choice.counted == sum(place.votes * len(place.submissions) for place in choice.places)
    placed = [submission for place in choice.places for submission in place.submissions]
    assert sorted(placed) == sorted(standing)
