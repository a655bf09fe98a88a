from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, HUB, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.access.rules import holds_any

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
AMAL, OTHER = UUID(int=1), UUID(int=2)
HERE, THERE = Scope(ScopeKind.HACKATHON, UUID(int=10)), Scope(ScopeKind.HACKATHON, UUID(int=11))


def test_a_role_holds_in_its_scope_alone_and_the_hub_s_in_all():
    organiser = Actor(AMAL, (Grant(Role.ORGANISER, HERE),))
    assert organiser.has(Role.ORGANISER, HERE)
    assert not organiser.has(Role.ORGANISER, THERE)
    assert not organiser.has(Role.ORGANISER)
    assert not organiser.has(Role.JUDGE, HERE)
    assert Actor(AMAL, (Grant(Role.ADMINISTRATOR),)).has(Role.ADMINISTRATOR, THERE)


def test_what_is_granted_until_an_instant_is_gone_at_it():
    actor = Actor(AMAL, (Grant(Role.JUDGE, HERE, NOON), Grant(Role.MENTOR, HERE)))
    assert actor.at(NOON - timedelta(microseconds=1)) == actor
    assert actor.at(NOON).grants == (Grant(Role.MENTOR, HERE),)


def test_a_person_is_themself_everybody_a_visitor_and_nobody_the_system():
    amal = Actor(AMAL)
    assert amal.has(Role.PERSON)
    assert amal.has(Role.PERSON, Scope(ScopeKind.PERSON, AMAL))
    assert not amal.has(Role.PERSON, Scope(ScopeKind.PERSON, OTHER))
    assert not ANONYMOUS.has(Role.PERSON)
    assert ANONYMOUS.has(Role.VISITOR)
    assert SYSTEM.has(Role.SYSTEM, HERE)
    assert not amal.has(Role.SYSTEM)


def test_who_acts_stands_in_the_log_as_a_key():
    assert (Actor(AMAL).key, ANONYMOUS.key, SYSTEM.key) == (str(AMAL), "visitor", "system")


def test_the_owner_of_an_object_is_not_anybody_who_is_signed_in():
    owned = [Scope(ScopeKind.PERSON, AMAL)]
    assert holds_any(Actor(AMAL), [Role.PERSON], owned)
    assert not holds_any(Actor(OTHER), [Role.PERSON], owned)
    assert holds_any(Actor(OTHER), [Role.PERSON], [HUB])
    administrator = Actor(OTHER, (Grant(Role.ADMINISTRATOR),))
    assert holds_any(administrator, [Role.ADMINISTRATOR], [])
    assert not holds_any(administrator, [Role.ORGANISER], [HERE])


@pytest.mark.parametrize("wrong", [(ScopeKind.HUB, AMAL), (ScopeKind.TEAM, None)])
def test_a_scope_names_one_object_and_the_hub_none(wrong: tuple[ScopeKind, UUID | None]):
    with pytest.raises(ValueError, match="scope of kind"):
        Scope(*wrong)
