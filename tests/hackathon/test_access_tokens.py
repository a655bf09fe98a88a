"""Tokens of people: what they open, and when they open nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.access_tokens import service
from casework.access_tokens.errors import (
    TokenGone,
    TokenInvalid,
    TokenScopeMissing,
    TokenWithoutScope,
    TooManyTokens,
)
from casework.access_tokens.model import ROLES, Standing, TokenScope, Wish
from casework.access_tokens.rules import CHARACTERS, narrowed
from casework.access_tokens.settings import AccessTokenSettings
from casework.people.standing import suspend
from casework.programme import Programme
from casework.workflow.errors import NotAllowed, WrongField
from citycore.keys import digest_of
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage

TEAM = Scope(ScopeKind.TEAM, uuid4())
ALL = tuple(TokenScope)


@pytest.fixture
def stage(programme: Database, portal: Connection) -> Iterator[Stage]:
    with programme.connect() as owner:
        yield Stage(portal, owner)


@pytest.fixture
def accounts(stage: Stage) -> Programme:
    limits = AccessTokenSettings(tokens_max=2, days_max=30, kept_days=10)
    return programme_for(stage.portal, stage.watch, limits)


def issue(accounts: Programme, person: UUID, *scopes: TokenScope, days: int = 30) -> str:
    return accounts.call(Actor(person), service.issue, Wish("laptop", scopes or ALL, days)).text


def act(accounts: Programme, text: str, accepted: Collection[TokenScope] = ALL) -> Actor:
    return accounts.call(ANONYMOUS, service.act, text, accepted)


def test_a_token_speaks_for_its_person_and_is_stored_as_a_digest_only(
    stage: Stage, accounts: Programme
) -> None:
    person = stage.person()
    text = issue(accounts, person)
    assert len(text) == CHARACTERS
    assert act(accounts, text).person_id == person
    rows = stage.owner.execute(
        "SELECT * FROM innovation.access_tokens WHERE person_id = %s", [person]
    ).fetchall()
    assert text not in repr(rows)
    assert bytes.fromhex(digest_of(text)) in rows[0]


@pytest.mark.parametrize(
    "text", ["", "falaj-token-", "falaj-token-" + "0" * 64, "falaj-token-" + "é" * 64, "x" * 76]
)
def test_what_is_no_token_opens_nothing(stage: Stage, accounts: Programme, text: str) -> None:
    with pytest.raises(TokenInvalid):
        act(accounts, text)


def test_it_ends_at_its_instant_and_when_it_is_revoked(stage: Stage, accounts: Programme) -> None:
    person = stage.person()
    text, other = issue(accounts, person, days=2), issue(accounts, person)
    stage.watch.at += timedelta(days=2) - timedelta(microseconds=1)
    act(accounts, text)
    stage.watch.at += timedelta(microseconds=1)
    with pytest.raises(TokenInvalid):
        act(accounts, text)
    known = {
        token.standing(stage.watch()): token
        for token in stage.programme.call(Actor(person), service.list_tokens)
    }
    with pytest.raises(TokenGone):
        accounts.call(Actor(stage.person()), service.revoke, known[Standing.VALID].token_id)
    act(accounts, other)
    accounts.call(Actor(person), service.revoke, known[Standing.VALID].token_id)
    with pytest.raises(TokenInvalid):
        act(accounts, other)
    with pytest.raises(TokenGone):
        accounts.call(Actor(person), service.revoke, known[Standing.VALID].token_id)


def test_nobody_acts_for_somebody_who_is_suspended(stage: Stage, accounts: Programme) -> None:
    person = stage.person()
    text = issue(accounts, person)
    accounts.call(stage.chief, suspend, person, "abuse", 1)
    with pytest.raises(TokenInvalid):
        act(accounts, text)


def test_roles_are_those_of_now(stage: Stage, accounts: Programme) -> None:
    stage.until("registration_opens")
    captain = stage.person()
    text = issue(accounts, captain)
    assert act(accounts, text).grants == ()
    team = stage.team(captain=captain)
    scope = Scope(ScopeKind.TEAM, team.team_id)
    assert act(accounts, text, [TokenScope.TEAMS_READ]).grants == (Grant(Role.CAPTAIN, scope),)


@pytest.mark.parametrize("scope", TokenScope)
def test_a_scope_wakes_its_own_roles_and_no_others(scope: TokenScope) -> None:
    everything = Actor(uuid4(), tuple(Grant(role, HUB) for role in Role))
    narrow = narrowed(everything, [scope], ALL)
    assert {grant.role for grant in narrow.grants} == ROLES[scope]
    with pytest.raises(TokenScopeMissing):
        narrowed(everything, [one for one in ALL if one is not scope], [scope])
    # What a token has besides does not count where it is not asked for.
    assert narrowed(everything, ALL, [scope]) == narrow


def test_what_cannot_be_a_token_is_refused(stage: Stage, accounts: Programme) -> None:
    actor = Actor(stage.person())
    right = Wish("laptop", [TokenScope.TEAMS_READ], 30)
    for wrong in (
        replace(right, name=" "), replace(right, name="x" * 61), replace(right, name="a\nb"),
        replace(right, days=0), replace(right, days=31),
    ):  # fmt: skip
        with pytest.raises(WrongField):
            accounts.call(actor, service.issue, wrong)
    with pytest.raises(TokenWithoutScope):
        accounts.call(actor, service.issue, replace(right, scopes=[]))
    with pytest.raises(NotAllowed):
        accounts.call(ANONYMOUS, service.issue, right)
    for _ in range(2):
        accounts.call(actor, service.issue, right)
    with pytest.raises(TooManyTokens):
        accounts.call(actor, service.issue, right)
    stage.watch.at += timedelta(days=30)
    accounts.call(actor, service.issue, right)
    assert len(stage.programme.call(actor, service.list_tokens)) == 3
    stage.watch.at += timedelta(days=10, microseconds=1)
    accounts.call(actor, service.issue, right)
    assert len(stage.programme.call(actor, service.list_tokens)) == 2, "what ended long ago is gone"


def test_tokens_made_at_once_are_counted(programme: Database, stage: Stage) -> None:
    actor, limits = Actor(stage.person()), AccessTokenSettings(tokens_max=2)
    together = Barrier(5)

    def press(_: int) -> bool:
        with programme.connect("portal") as own:
            together.wait(60)
            try:
                programme_for(own, stage.watch, limits).call(actor, service.issue, Wish("laptop", ALL, 30))
            except TooManyTokens:
                return False
            return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(press, range(5))) == 2


def test_the_last_use_is_written_now_and_then(stage: Stage, accounts: Programme) -> None:
    person = stage.person()
    text, began = issue(accounts, person), stage.watch()
    for seconds in (0, 59):
        stage.watch.at = began + timedelta(seconds=seconds)
        act(accounts, text)
        assert stage.programme.call(Actor(person), service.list_tokens)[0].last_used_at == began
    stage.watch.at = began + timedelta(seconds=60)
    act(accounts, text)
    assert stage.programme.call(Actor(person), service.list_tokens)[0].last_used_at == stage.watch()
