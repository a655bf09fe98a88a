"""What is mailed about submissions: to everybody in the team who can be written to, each in their language."""

from __future__ import annotations

from collections.abc import Iterator

from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to, reachable
from casework.people.repository import find_person
from casework.programme import Session
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.repository import find_members


def to_team(session: Session, submission: Submission, template: str, **more: Field) -> Iterator[Mail]:
    """To each of its members, with the title and the address of the submission."""
    members = find_members(session.connection, submission.team_id)
    people = [
        find_person(session.connection, one.person_id)
        for one in members
        if one.person_id is not None and one.state == "member"
    ]
    link = session.link(f"/submissions/{submission.submission_id}")
    fields: dict[str, Field] = {"title": submission.draft.title, "link": link, **more}
    return mails_to(Template(SUBMISSION.package, template), reachable(people), **fields)
