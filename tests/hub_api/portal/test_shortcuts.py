"""Every role has its place in the menu and its shortcuts, which lead where they may go, and nothing of others'."""

from __future__ import annotations

from uuid import UUID

import pytest

from casework.access.model import HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.people.roles.rules import SCOPES
from hub_api.programme.kit.rendering import WORDS, has_desk
from hub_api.programme.kit.shortcuts import menu_of, shortcuts_of
from tests.hub_api.portal.conftest import Portal

STAFF = (
    Role.ORGANISER,
    Role.JUDGE,
    Role.REVIEWER,
    Role.OFFICER,
    Role.VENDOR,
    Role.PROGRAMME_OFFICER,
    Role.FINANCE,
    Role.COORDINATOR,
    Role.AMBASSADOR,
    Role.DUTY_OFFICER,
    Role.HANDLER,
    Role.FACILITATOR,
    Role.MODERATOR,
    Role.ADMINISTRATOR,
)
ONE, OTHER = UUID(int=1), UUID(int=2)


def somebody(*grants: Grant) -> Actor:
    return Actor(UUID(int=9), grants)


def of_role(role: Role) -> Actor:
    kinds = SCOPES.get(role, {ScopeKind.HUB})
    return somebody(Grant(role, HUB if ScopeKind.HUB in kinds else Scope(min(kinds), ONE)))


@pytest.mark.parametrize("role", STAFF)
def test_every_role_of_the_staff_has_a_place_in_the_menu_and_shortcuts(role: Role) -> None:
    actor = of_role(role)
    assert has_desk(actor) or menu_of(actor)
    assert shortcuts_of(actor)
    for key, _ in shortcuts_of(actor):
        assert WORDS.texts["ar"][key] != WORDS.texts["en"][key]


def test_who_has_no_role_has_none() -> None:
    assert menu_of(somebody()) == shortcuts_of(somebody()) == []


def test_an_organiser_of_one_hackathon_is_led_to_its_desk() -> None:
    one, other = (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, known)) for known in (ONE, OTHER))
    assert [place.path for place in menu_of(somebody(one))] == [f"/hackathons/{ONE}/desk"]
    assert [place.path for place in menu_of(somebody(one, other))] == ["/hackathons"]


def test_two_roles_of_a_kind_have_one_place() -> None:
    teams = (Grant(role, Scope(ScopeKind.TEAM, ONE)) for role in (Role.CAPTAIN, Role.TEAM_MEMBER))
    assert [place.path for place in menu_of(somebody(*teams))] == ["/account/teams"]


@pytest.mark.parametrize(
    "role", [Role.PROGRAMME_OFFICER, Role.FINANCE, Role.COORDINATOR, Role.DUTY_OFFICER, Role.ADMINISTRATOR]
)
def test_shortcuts_of_the_desk_lead_where_the_role_may_go(portal: Portal, role: Role) -> None:
    browser = portal.appoint(role).browser
    home = browser.get("").text
    for key, path in shortcuts_of(of_role(role)):
        assert f'href="/portal{path}"' in home, key
        assert browser.get(path).status_code == 200, path
