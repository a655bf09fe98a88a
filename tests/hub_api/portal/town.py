"""Everybody who may come to the portal, and one object of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from hackathon.access.model import HUB, Role, Scope, ScopeKind
from tests.hub_api.portal.conftest import Portal, Somebody


@dataclass
class Town:
    """``people`` by what they are to the ``objects``, which are named as in the paths of routes."""

    people: dict[str, Somebody]
    objects: dict[str, object]


def build_town(portal: Portal) -> Town:
    elsewhere = Scope(ScopeKind.HACKATHON, uuid4())
    people = {
        "other": portal.join("other"),
        "owner": portal.join("owner"),
        "officer": portal.join("officer"),
        "other_officer": portal.appoint(Role.OFFICER, Scope(ScopeKind.ORGANISATION, uuid4()), "elsewhere"),
        "organiser": portal.appoint(Role.ORGANISER, HUB, "organiser"),
        "other_organiser": portal.appoint(Role.ORGANISER, elsewhere, "faraway"),
        "judge": portal.appoint(Role.JUDGE, elsewhere, "judge"),
        "coordinator": portal.appoint(Role.COORDINATOR, HUB, "coordinator"),
        "administrator": portal.appoint(Role.ADMINISTRATOR, HUB, "administrator"),
    }
    agency = found(portal, people["officer"], "Baladiya")
    verify(portal, people["administrator"], agency)
    joining = portal.join("joining")
    assert joining.browser.send(f"/organisations/{agency}/join").status_code == 303
    editor = portal.appoint(Role.EDITOR, HUB, "editor")
    objects = {
        "session_id": uuid4(),
        "organisation_id": agency,
        "unverified_id": found(portal, people["owner"], "Warsha"),
        "membership_id": one(portal, "SELECT membership_id FROM innovation.memberships", joining),
        "person_id": editor.person_id,
        "grant_id": one(portal, "SELECT grant_id FROM innovation.role_grants", editor),
        "mail_id": uuid4(),
    }
    return Town(people, objects)


def found(portal: Portal, founder: Somebody, name: str) -> str:
    """An organisation that somebody registers."""
    answer = founder.browser.send("/organisations/new", {"kind": "agency", "name_en": name})
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


def verify(portal: Portal, administrator: Somebody, organisation: str) -> None:
    fields = {"event": "verify", "version": "1"}
    assert administrator.browser.send(f"/organisations/{organisation}/step", fields).status_code == 303


def one(portal: Portal, query: str, somebody: Somebody) -> object:
    row = portal.store.execute(f"{query} WHERE person_id = %s".encode(), [somebody.person_id]).fetchone()
    assert row is not None
    return row[0]
