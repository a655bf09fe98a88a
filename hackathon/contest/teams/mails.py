"""What is mailed about teams; the texts stand in ``hackathon/contest/teams/messages`` under ``[mail]``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from casework.outbox.model import Field, Mail, Template
from casework.people.mails import addressed, mails_to, reachable
from casework.people.model import Person
from casework.people.repository import find_some
from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.contest.hackathons.model import Description
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.repository import find_captains

_PACKAGE = "hackathon.contest.teams"


def _place(template: str, team: Team) -> str:
    """Where a mail leads: whoever was not taken in finds those who look for somebody."""
    if template == "not_taken_in":
        return f"/hackathons/{team.hackathon_id}/teams?looking=1"
    return f"/teams/{team.team_id}"


def invitation(session: Session, inviter: Person, team: Team, recipient: str, due_at: datetime) -> Mail:
    """In the language of who invites: nobody knows that of the invited."""
    fields: dict[str, str | datetime] = {
        "inviter": inviter.names.shown(inviter.language),
        "team": team.profile.name,
        "due_at": due_at,
        "link": session.link("/account/teams"),
    }
    return Mail(Template(_PACKAGE, "invitation"), inviter.language, recipient, fields)


def to_person(
    session: Session, person: Person | None, template: str, team: Team, **more: Label
) -> Iterable[Mail]:
    """To somebody with an account that can be written to."""
    fields: dict[str, Field] = {
        "team": team.profile.name,
        "link": session.link(_place(template, team)),
        **more,
    }
    return mails_to(Template(_PACKAGE, template), reachable([person]), **fields)


def to_mentor(session: Session, person: Person, about: Description) -> Iterable[Mail]:
    """Who is one of a hackathon from now on."""
    link = session.link("/account/teams")
    return mails_to(Template(_PACKAGE, "mentor"), addressed(person), link=link, hackathon=about.title)


def to_captain(session: Session, template: str, team: Team, **more: Label) -> Iterable[Mail]:
    return to_person(session, captains_of(session, [team.team_id]).get(team.team_id), template, team, **more)


def captains_of(session: Session, team_ids: Collection[UUID]) -> dict[UUID, Person]:
    """By team, who leads it and has an account."""
    captains = find_captains(session.connection, team_ids)
    people = find_some(session.connection, captains.values())
    return {team: people[person_id] for team, person_id in captains.items() if person_id in people}
