"""Who gives which role where: rules, and the record that they leave."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.model import ANONYMOUS, HUB, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.audit.service import verify
from casework.people.errors import GrantNotFound, GrantRefused, PersonNotFound
from casework.people.roles.rules import GIVERS, SCOPES, may_manage, why_not_given
from casework.people.roles.service import find_actor, grant, list_grants, list_holders, revoke
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import START, Town, Watch

HACKATHON = Scope(ScopeKind.HACKATHON, UUID(int=7))
OTHER = Scope(ScopeKind.HACKATHON, UUID(int=8))
SCOPE_OF = {kind: HUB if kind is ScopeKind.HUB else Scope(kind, UUID(int=7)) for kind in ScopeKind}


def reason(giver: Actor, wanted: Grant, person_id: UUID | None = None) -> str | None:
    refusal = why_not_given(giver, person_id or uuid4(), wanted, START)
    return None if refusal is None else str(refusal.details["reason"])


def holding(role: Role, scope: Scope = HUB) -> Actor:
    return Actor(uuid4(), (Grant(role, scope),))


@given(st.sampled_from(Role), st.sampled_from(Role), st.sampled_from(ScopeKind))
def test_nobody_but_administrators_gives_more_than_the_table_says(
    own: Role, wanted: Role, kind: ScopeKind
) -> None:
    scope = SCOPE_OF[kind]
    given_by = reason(holding(own, scope), Grant(wanted, scope))
    allowed = wanted in SCOPES and kind in SCOPES[wanted] and own in {
        *GIVERS.get(wanted, ()), *([Role.ADMINISTRATOR, Role.SYSTEM] if kind is ScopeKind.HUB else [])
    }  # fmt: skip
    if own is Role.ADMINISTRATOR:
        return  # held in a smaller scope it means nothing, and is never given there
    assert (given_by is None) == allowed


@given(st.sampled_from(sorted(SCOPES)))
def test_administrators_give_every_role_that_is_given(role: Role) -> None:
    scope = SCOPE_OF[min(SCOPES[role])]
    assert reason(holding(Role.ADMINISTRATOR), Grant(role, scope)) is None


def test_refusals_say_why() -> None:
    organiser = holding(Role.ORGANISER, HACKATHON)
    assert reason(organiser, Grant(Role.JUDGE, HACKATHON)) is None
    assert reason(organiser, Grant(Role.JUDGE, OTHER)) == "not_yours"
    assert reason(organiser, Grant(Role.ORGANISER, HUB)) == "not_yours"
    assert reason(organiser, Grant(Role.TEAM_MEMBER, SCOPE_OF[ScopeKind.TEAM])) == "implied"
    assert reason(organiser, Grant(Role.SYSTEM)) == "implied"
    assert reason(organiser, Grant(Role.JUDGE, HUB)) == "scope"
    assert reason(organiser, Grant(Role.JUDGE, HACKATHON, START)) == "past"
    assert reason(organiser, Grant(Role.JUDGE, HACKATHON), organiser.person_id) == "self"
    assert reason(ANONYMOUS, Grant(Role.JUDGE, HACKATHON)) == "not_yours"


def test_a_lapsed_role_gives_nothing() -> None:
    lapsed = Actor(uuid4(), (Grant(Role.ADMINISTRATOR, HUB, START),))
    assert not may_manage(lapsed, Grant(Role.JUDGE, HACKATHON), START)
    assert may_manage(lapsed, Grant(Role.JUDGE, HACKATHON), START - timedelta(microseconds=1))


def test_a_role_is_held_until_its_instant(
    portal: Connection, accounts: Programme, town: Town, watch: Watch
) -> None:
    person_id = town.join().person.person_id
    until = watch.at + timedelta(days=3)
    accounts.call(SYSTEM, grant, person_id, Grant(Role.JUDGE, HACKATHON, until))
    assert find_actor(portal, person_id, until - timedelta(microseconds=1)).has(Role.JUDGE, HACKATHON)
    assert not find_actor(portal, person_id, until).grants
    assert [held.person_id for held in accounts.call(ANONYMOUS, list_holders, Role.JUDGE, HACKATHON)] == [
        person_id
    ]
    watch.at = until
    assert accounts.call(ANONYMOUS, list_holders, Role.JUDGE, HACKATHON) == []


def test_giving_again_replaces_the_end(
    portal: Connection, accounts: Programme, town: Town, watch: Watch
) -> None:
    person_id = town.join().person.person_id
    until = watch.at + timedelta(days=1)
    accounts.call(SYSTEM, grant, person_id, Grant(Role.MENTOR, OTHER, until))
    accounts.call(SYSTEM, grant, person_id, Grant(Role.MENTOR, OTHER))
    (held,) = accounts.call(ANONYMOUS, list_grants, person_id)
    assert held.grant == Grant(Role.MENTOR, OTHER)


def test_roles_are_taken_away_or_laid_down(portal: Connection, accounts: Programme, town: Town) -> None:
    judge, stranger = town.join(), town.join()
    held = accounts.call(SYSTEM, grant, judge.person.person_id, Grant(Role.JUDGE, OTHER))
    with pytest.raises(GrantRefused):
        accounts.call(stranger.actor, revoke, held.grant_id)
    accounts.call(judge.actor, revoke, held.grant_id)
    with pytest.raises(GrantNotFound):
        accounts.call(SYSTEM, revoke, held.grant_id)
    with pytest.raises(GrantNotFound):
        accounts.call(SYSTEM, revoke, uuid4())
    assert not find_actor(portal, judge.person.person_id, accounts.clock()).grants


def test_every_change_leaves_a_line_without_a_name(
    portal: Connection, accounts: Programme, town: Town
) -> None:
    judge = town.join()
    held = accounts.call(SYSTEM, grant, judge.person.person_id, Grant(Role.JUDGE, HACKATHON))
    accounts.call(judge.actor, revoke, held.grant_id)
    rows = portal.execute(
        "SELECT subject, event, details ->> 'role' FROM innovation.audit WHERE object = %s AND machine = 'role'"
        " ORDER BY position", [judge.person.person_id],
    ).fetchall()  # fmt: skip
    assert rows == [("system", "granted", "judge"), (str(judge.person.person_id), "revoked", "judge")]
    assert verify(portal).findings == ()


def test_who_is_not_there_gets_no_role(portal: Connection, accounts: Programme, town: Town) -> None:
    with pytest.raises(PersonNotFound):
        accounts.call(SYSTEM, grant, uuid4(), Grant(Role.EDITOR))
    person_id = town.join().person.person_id
    portal.execute("UPDATE innovation.people SET state = 'suspended' WHERE person_id = %s", [person_id])
    with pytest.raises(GrantRefused):
        accounts.call(SYSTEM, grant, person_id, Grant(Role.EDITOR))


def test_of_two_administrators_who_leave_at_once_one_stays(
    programme: Database, portal: Connection, accounts: Programme, town: Town
) -> None:
    portal.execute("UPDATE innovation.role_grants SET revoked_at = now() WHERE revoked_at IS NULL")
    pair = [town.join().person.person_id for _ in range(2)]
    held = [accounts.call(SYSTEM, grant, person_id, Grant(Role.ADMINISTRATOR)) for person_id in pair]
    outcomes: list[str] = []

    def lay_down(person_id: UUID, grant_id: UUID) -> None:
        with programme.connect("portal") as connection:
            own_way = programme_for(connection, accounts.clock)
            try:
                own_way.call(Actor(person_id), revoke, grant_id)
                outcomes.append("gone")
            except GrantRefused as error:
                outcomes.append(str(error.details["reason"]))

    threads = [
        threading.Thread(target=lay_down, args=[person_id, one.grant_id])
        for person_id, one in zip(pair, held, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["gone", "last_administrator"]
