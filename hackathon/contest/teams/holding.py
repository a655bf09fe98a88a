"""What teams hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from hackathon.contest.teams.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in (("teams", "export_teams"), ("mentored_teams", "export_mentored")):
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    parameters = {"person_id": person_id}
    invitations = connection.execute(QUERIES["erase_invitations"], parameters).rowcount
    ended = connection.execute(QUERIES["end_memberships"], parameters).rowcount
    mentored = connection.execute(QUERIES["erase_mentored"], parameters).rowcount
    return [
        Erased("team_members", Outcome.DELETED, invitations),
        Erased("team_members", Outcome.ANONYMISED, ended),
        Erased("team_mentors", Outcome.DELETED, mentored),
    ]


def hindrances(connection: Connection, person_id: UUID) -> tuple[Label, ...]:
    hinders = only_row(connection, bool, QUERIES["leads_others"], {"person_id": person_id})
    return (Label("hackathon.contest.teams", "hindrance.leads_others"),) if hinders else ()


HOLDER = Holder(
    noun="teams",
    tables=frozenset({"team_members", "team_mentors"}),
    export=export,
    erase=erase,
    hindrances=hindrances,
)
