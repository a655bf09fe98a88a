"""What applications hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.attachments.model import Sweep
from casework.attachments.service import read_pieces
from casework.people.holders import Attachment, Holder, anonymised, deleted
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.funding.applications.machine import UNDER_REVIEW
from hackathon.funding.applications.settings import ApplicationSettings

QUERIES = load_queries("hackathon.funding.applications", "holding.sql")


def files(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    """The files of all that the person applies with."""
    store = ApplicationSettings().store()
    rows = connection.execute(QUERIES["export_files"], {"person_id": person_id}).fetchall()
    for reference, file_id, name, digest in rows:
        suffix = name.rpartition(".")[2].lower()
        yield Attachment(f"applications/{reference}/{file_id}.{suffix}", read_pieces(digest, store))


SWEEP = Sweep("applications", lambda: ApplicationSettings().store(), QUERIES["named_files"])
HOLDER = Holder(
    QUERIES,
    {
        "applications": "export_applications",
        "application_versions": "export_versions",
        "application_changes": "export_changes",
        "application_questions": "export_questions",
        "application_appeals": "export_appeals",
    },
    # What nobody else wrote with the person and nobody was handed goes; the rest stays, by nobody's name. What a person
    # wrote alone is found by their being the only applicant, so that this ends last.
    (
        deleted("application_files", "erase_files"),
        deleted("application_changes", "erase_own_changes"),
        anonymised("applications", "erase_drafts"),
        anonymised("application_changes", "erase_changes"),
        anonymised("application_questions", "erase_questions"),
        anonymised("application_appeals", "erase_appeals"),
        deleted("applicants", "erase_invitations"),
        anonymised("applicants", "end_applicants"),
    ),
    {"leads": Label("hackathon.funding.applications", "hindrance.leads_application")},
    files=files,
    values=lambda _connection, _person_id: {"under_review": list(UNDER_REVIEW)},
)
