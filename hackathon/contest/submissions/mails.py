"""What is mailed about submissions: to everybody in the team who can be written to, each in their language."""

from __future__ import annotations

from collections.abc import Iterator

from casework.outbox.model import Mail, Template
from casework.people.letters import Field, letter
from casework.people.model import State
from casework.people.repository import find_person
from casework.programme import Session
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.repository import find_members


def to_team(session: Session, submission: Submission, template: str, **more: Field) -> Iterator[Mail]:
    """To each of its members, with the title and the address of the submission."""
    title, link = submission.draft.title, session.link(f"/submissions/{submission.submission_id}")
    for member in find_members(session.connection, submission.team_id):
        if member.state != "member" or member.person_id is None:
            continue
        person = find_person(session.connection, member.person_id)
        if person is not None and person.state is State.ACTIVE:
            yield from letter(person, Template(SUBMISSION.package, template), title=title, link=link, **more)
