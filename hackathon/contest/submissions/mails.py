"""What is mailed about submissions: to everybody in the team who can be written to, each in their language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.outbox.model import Mail, Template
from casework.people.model import State
from casework.people.repository import find_person
from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.repository import find_members

Field = str | int | datetime | Label


def to_team(session: Session, submission: Submission, template: str, **more: Field) -> Iterator[Mail]:
    """To each of its members, with the title and the address of the submission."""
    for member in find_members(session.connection, submission.team_id):
        person = None if member.person_id is None else find_person(session.connection, member.person_id)
        if member.state != "member" or person is None or person.email is None:
            continue
        if person.state is not State.ACTIVE:
            continue
        fields: dict[str, Field] = {
            "name": person.names.shown(person.language),
            "title": submission.draft.title,
            "link": session.link(f"/submissions/{submission.submission_id}"),
            **more,
        }
        yield Mail(
            Template(SUBMISSION.package, template), person.language, person.email, fields, person.person_id
        )
