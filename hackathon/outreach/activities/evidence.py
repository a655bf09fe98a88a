"""The files that show an activity: checked by what they hold, outside the database under their digest."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from casework.attachments.model import Sweep
from casework.files.model import Received
from casework.files.service import path_of
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.outreach.activities import repository
from hackathon.outreach.activities.errors import TooMuchEvidence
from hackathon.outreach.activities.model import Evidence
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.service import get_activity, lock_own
from hackathon.outreach.activities.settings import ActivitySettings

SWEEP = Sweep("activities", lambda: ActivitySettings().store(), repository.QUERIES["named_files"])


def add(session: Session, activity_id: UUID, received: Received) -> Evidence:
    """Add a file that was checked before."""
    standing, files_max = lock_own(session, activity_id), session.of(ActivitySettings).evidence_files_max
    if standing.facts.evidence_files >= files_max:
        raise TooMuchEvidence(files_max=files_max)
    at = session.now()
    evidence = Evidence(
        session.new_id(), received.name, received.media_type, received.size_bytes, received.digest, at
    )
    repository.add_evidence(session.connection, activity_id, evidence)
    session.note(ACTIVITIES, standing, "add_evidence", at, digest=received.digest)
    return evidence


def remove(session: Session, activity_id: UUID, file_id: UUID) -> None:
    """Take a file back while the report is not handed in; its bytes are swept later."""
    standing = lock_own(session, activity_id)
    repository.remove_evidence(session.connection, activity_id, file_id)
    session.note(ACTIVITIES, standing, "remove_evidence", session.now(), file=str(file_id))


def list_files(session: Session, activity_id: UUID) -> list[Evidence]:
    """The files of an activity that the actor may see."""
    get_activity(session, activity_id)
    return repository.find_evidence(session.connection, activity_id)


def open_file(session: Session, activity_id: UUID, file_id: UUID) -> tuple[Evidence, Path]:
    """A file and where its bytes lie, to be served as an attachment; :class:`NoSuchObject`."""
    for evidence in list_files(session, activity_id):
        if evidence.file_id == file_id:
            return evidence, path_of(evidence.digest, session.of(ActivitySettings).store())
    raise NoSuchObject
