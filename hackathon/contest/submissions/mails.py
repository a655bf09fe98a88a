"""What is mailed about submissions: to everybody in the team who can be written to, each in their language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.outbox.model import Mail, Template
from casework.people.model import State
from casework.people.repository import find_person
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from hackathon.contest.submissions.desk import SubmissionDesk
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.repository import find_members

Field = str | int | datetime | Label


def to_team(
    connection: Connection, desk: SubmissionDesk, submission: Submission, template: str, **more: Field
) -> Iterator[Mail]:
    """To each of its members, with the title and the address of the submission."""
    for member in find_members(connection, submission.team_id):
        person = None if member.person_id is None else find_person(connection, member.person_id)
        if member.state != "member" or person is None or person.email is None:
            continue
        if person.state is not State.ACTIVE:
            continue
        fields: dict[str, Field] = {
            "name": person.names.shown(person.language),
            "title": submission.draft.title,
            "link": f"{desk.desk.settings.portal_url.rstrip('/')}/submissions/{submission.submission_id}",
            **more,
        }
        yield Mail(
            Template(SUBMISSION.package, template), person.language, person.email, fields, person.person_id
        )
