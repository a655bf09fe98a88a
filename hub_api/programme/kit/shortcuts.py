"""Where somebody works by their roles: places in the menu, and shortcuts of the start page. Nothing of others'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from casework.access.model import Actor, Grant, Role, ScopeKind


class Place(NamedTuple):
    """A page without the mount, by the key of what it is called."""

    key: str
    path: str


#: The place in the menu of those who have none at the desk, which is there for all others.
MENU: Final = {
    Role.ORGANISER: Place("organising", "/hackathons"),
    Role.JUDGE: Place("judging", "/account/judging"),
    Role.REVIEWER: Place("reviewing", "/account/reviews"),
    Role.OFFICER: Place("agency", "/account/needs"),
    Role.VENDOR: Place("company", "/account/vendor"),
    Role.AMBASSADOR: Place("ambassador", "/account/ambassador"),
    Role.HANDLER: Place("handling", "/desk/voices"),
    Role.FACILITATOR: Place("facilitating", "/desk/dialogue"),
    Role.MODERATOR: Place("moderating", "/desk/ideas"),
    Role.CAPTAIN: Place("teams", "/account/teams"),
    Role.TEAM_MEMBER: Place("teams", "/account/teams"),
    Role.LEAD_APPLICANT: Place("applications", "/account/applications"),
    Role.CO_APPLICANT: Place("applications", "/account/applications"),
}
_FUNDING_DESK: Final = (Place("rooms.calls", "/calls"), Place("awards.claims_waiting", "/desk/claims"))
_ANNOTATIONS: Final = Place("annotations.title", "/desk/annotations")
#: What else each of them has to do with.
_MORE: Final[dict[Role, tuple[Place, ...]]] = {
    Role.OFFICER: (
        Place("voices.desk", "/desk/voices"),
        Place("surveys.desk", "/desk/surveys"),
        Place("introductions.own", "/account/introductions"),
        Place("pilots.own", "/account/pilots"),
    ),
    Role.VENDOR: (
        Place("responses.own", "/account/responses"),
        Place("introductions.own", "/account/introductions"),
        Place("pilots.own", "/account/pilots"),
    ),
    Role.LEAD_APPLICANT: (Place("awards.own", "/account/awards"),),
    Role.PROGRAMME_OFFICER: (
        *_FUNDING_DESK,
        Place("needs.queue", "/desk/needs"),
        Place("offerings.desk", "/desk/offerings"),
        Place("vendors.desk", "/desk/vendors"),
        _ANNOTATIONS,
    ),
    Role.FINANCE: _FUNDING_DESK,
    Role.COORDINATOR: (
        Place("ambassadors.desk", "/desk/ambassadors"),
        Place("activities.to_verify", "/desk/activities"),
        Place("certificates.desk", "/desk/certificates"),
    ),
    Role.DUTY_OFFICER: (
        Place("alerts.going_on", "/desk/alerts"),
        Place("alerts.rules", "/desk/alert-rules"),
        _ANNOTATIONS,
    ),
    Role.ADMINISTRATOR: (
        Place("desk.people", "/desk/people"),
        Place("desk.organisations", "/desk/organisations"),
        Place("desk.mails", "/desk/mails"),
    ),
}
#: Roles of the market and of funding count at the desk for the whole hub alone.
_OF_THE_HUB: Final = frozenset({"/desk/needs", "/desk/offerings", "/desk/vendors", "/desk/annotations"})


def menu_of(actor: Actor) -> list[Place]:
    """In the order of the roles, one of each kind."""
    places = dict.fromkeys(MENU[grant.role] for grant in _ordered(actor) if grant.role in MENU)
    return [_desk_of_one(actor) or place if place.key == "organising" else place for place in places]


def shortcuts_of(actor: Actor) -> list[Place]:
    """Those of the menu, then what else belongs to the roles; each page once."""
    menu = (place._replace(key=f"rooms.{place.key}") for place in menu_of(actor))
    more = (
        place
        for grant in _ordered(actor)
        for place in _MORE.get(grant.role, ())
        if grant.scope.kind is ScopeKind.HUB or place.path not in _OF_THE_HUB
    )
    return list({place.path: place for place in (*menu, *more)}.values())


def _ordered(actor: Actor) -> Iterator[Grant]:
    """The grants in the order in which the roles stand, so that the menu is the same on every page."""
    order = list(Role)
    yield from sorted(actor.grants, key=lambda grant: (order.index(grant.role), str(grant.scope.object_id)))


def _desk_of_one(actor: Actor) -> Place | None:
    """Of whoever organises a single hackathon; who organises more chooses from the list."""
    scopes = [grant.scope for grant in actor.grants if grant.role is Role.ORGANISER]
    if len(scopes) == 1 and scopes[0].kind is ScopeKind.HACKATHON:
        return MENU[Role.ORGANISER]._replace(path=f"/hackathons/{scopes[0].object_id}/desk")
    return None
