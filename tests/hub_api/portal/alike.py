"""Who in the town has so much in common that a guard might take one for the other."""

from __future__ import annotations

ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"other", "owner"}),
    frozenset({"officer", "other_officer"}),
    frozenset({"programme", "organiser", "other_organiser", "host", "administrator"}),
    frozenset({"coordinator", "programme", "programme_officer", "finance", "administrator"}),
    frozenset({"ambassador", "coordinator"}),
    frozenset({"duty_officer", "administrator", "programme_officer"}),
    frozenset({"judge", "seated", "close"}),
    frozenset({"captain", "mate"}),
    frozenset({"applicant", "co_applicant"}),
    frozenset({"reviewer", "close_reviewer"}),
    frozenset({"vendor", "rival"}),
)
#: Of more people who may not all are asked: it is open to everybody who has an account, or to everybody.
FEW = 6


def nearest(everybody: frozenset[str], may: frozenset[str]) -> frozenset[str]:
    """Who stands on both sides of a door behind which those are who ``may``: they themselves, whoever is like one of
    them, and two who have nothing that opens doors. Where everybody comes in, but for a few, those few instead.
    """
    people = {"visitor", "other"}
    if len(may) > FEW:
        return frozenset(people | (everybody - may))
    # To what nobody opens, whoever looks after the hub is nearest.
    return frozenset(people.union(may or {"administrator"}, *(each for each in ALIKE if each & may)))


def at_the_door(everybody: frozenset[str], may: frozenset[str], place: int) -> frozenset[str]:
    """Who has nothing that opens doors, and in turn, by the place of the door among all: of those who may, of those who
    may not and stand nearest, and of everybody.
    """
    turns = ((may, 2), (nearest(everybody, may) - may, 2), (everybody, 1))
    return frozenset({"visitor", "other"}.union(*(_in_turn(people, some, place) for people, some in turns)))


def _in_turn(people: frozenset[str], some: int, place: int) -> list[str]:
    """Where the place before ended the next begins."""
    ordered = sorted(people)
    return [ordered[(place * some + step) % len(ordered)] for step in range(min(some, len(ordered)))]
