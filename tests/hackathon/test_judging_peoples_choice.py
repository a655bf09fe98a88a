"""The people's choice: one person, one vote, none for one's own; and the count closes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.contest.judging.peoples_choice import NotCounted, Vote, count_votes, may_vote

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)


def vote(voter: str, submission: str, minute: int = 0) -> Vote:
    return Vote(voter, submission, NOON + timedelta(minutes=minute))


def test_the_last_vote_of_a_person_counts():
    choice = count_votes([vote("p", "a", 1), vote("p", "b", 2), vote("q", "b", 0)], {"a", "b"})
    assert [(place.number, place.votes, set(place.submissions)) for place in choice.places] == [
        (1, 2, {"b"}),
        (2, 0, {"a"}),
    ]
    assert choice.not_counted[NotCounted.REPLACED] == 1


def test_nobody_votes_for_their_own():
    own = {("member", "a"), ("mentor", "a")}
    assert not may_vote("member", "a", own)
    assert may_vote("member", "b", own)
    choice = count_votes([vote("member", "a"), vote("mentor", "a"), vote("p", "a")], {"a"}, own)
    assert (choice.counted, choice.not_counted[NotCounted.OWN]) == (1, 2)


def test_a_vote_that_must_not_count_replaces_nothing():
    choice = count_votes([vote("member", "b", 1), vote("member", "a", 2)], {"a", "b"}, {("member", "a")})
    assert choice.places[0].submissions == {"b"}
    choice = count_votes([vote("p", "b", 1), vote("p", "gone", 2)], {"a", "b"})
    assert choice.places[0].submissions == {"b"}
    assert choice.not_counted[NotCounted.NOT_STANDING] == 1


def test_equal_votes_share_a_place():
    choice = count_votes([vote("p", "a"), vote("q", "b")], {"a", "b", "c"})
    assert [(place.number, set(place.submissions)) for place in choice.places] == [
        (1, {"a", "b"}),
        (3, {"c"}),
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.builds(vote, st.sampled_from("pqrs"), st.sampled_from("abc"), st.integers(0, 9)),
        unique_by=lambda cast: (cast.voter, cast.cast_at),
    ),
    st.randoms(use_true_random=False),
)
def test_the_count_closes_whatever_the_order_of_votes(votes, chance):
    own = {("p", "a"), ("q", "b")}
    choice = count_votes(votes, {"a", "b"}, own)
    assert choice.counted + sum(choice.not_counted.values()) == len(votes)
    assert choice.counted <= len({cast.voter for cast in votes})
    shuffled = list(votes)
    chance.shuffle(shuffled)
    assert count_votes(shuffled, {"a", "b"}, own) == choice
