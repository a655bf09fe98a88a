"""What applications hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.attachments.model import Sweep
from casework.attachments.service import read_pieces
from casework.people.holders import Attachment, Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row
from hackathon.funding.applications.machine import UNDER_REVIEW
from hackathon.funding.applications.settings import ApplicationSettings

QUERIES = load_queries("hackathon.funding.applications", "holding.sql")
_SECTIONS = {
    "applications": "export_applications",
    "application_versions": "export_versions",
    "application_changes": "export_changes",
    "application_questions": "export_questions",
    "application_appeals": "export_appeals",
}
#: In this order: what a person wrote alone is found by their being the only applicant.
_ERASED = (
    ("application_files", Outcome.DELETED, "erase_files"),
    ("application_changes", Outcome.DELETED, "erase_own_changes"),
    ("applications", Outcome.ANONYMISED, "erase_drafts"),
    ("application_changes", Outcome.ANONYMISED, "erase_changes"),
    ("application_questions", Outcome.ANONYMISED, "erase_questions"),
    ("application_appeals", Outcome.ANONYMISED, "erase_appeals"),
    ("applicants", Outcome.DELETED, "erase_invitations"),
    ("applicants", Outcome.ANONYMISED, "end_applicants"),
)


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in _SECTIONS.items():
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def files(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    """The files of all that the person applies with."""
    store = ApplicationSettings().store()
    rows = connection.execute(QUERIES["export_files"], {"person_id": person_id}).fetchall()
    for reference, file_id, name, digest in rows:
        suffix = name.rpartition(".")[2].lower()
        yield Attachment(f"applications/{reference}/{file_id}.{suffix}", read_pieces(digest, store))


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    """What nobody else wrote with the person and nobody was handed goes; the rest stays, by nobody's name."""
    parameters = {"person_id": person_id}
    return [
        Erased(table, outcome, connection.execute(QUERIES[name], parameters).rowcount)
        for table, outcome, name in _ERASED
    ]


def hindrances(connection: Connection, person_id: UUID) -> tuple[Label, ...]:
    parameters = {"person_id": person_id, "under_review": list(UNDER_REVIEW)}
    leads = only_row(connection, bool, QUERIES["leads"], parameters)
    return (Label("hackathon.funding.applications", "hindrance.leads_application"),) if leads else ()


SWEEP = Sweep("applications", lambda: ApplicationSettings().store(), QUERIES["named_files"])
HOLDER = Holder(
    noun="applications",
    tables=frozenset(table for table, _, _ in _ERASED),
    export=export,
    erase=erase,
    files=files,
    hindrances=hindrances,
)
