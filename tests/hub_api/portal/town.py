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
    return Town(people, {"session_id": uuid4()})
