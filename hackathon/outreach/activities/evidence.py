"""The files that show an activity: checked by what they hold, outside the database under their digest."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

from casework.access.model import Actor
from casework.attachments.model import Sweep
from casework.files.model import Received
from casework.files.service import path_of
from casework.workflow.errors import NoSuchObject
from casework.workflow.service import note
from citycore.clock import Clock
from citycore.store.connections import Connection
from hackathon.outreach.activities import repository
from hackathon.outreach.activities.errors import TooMuchEvidence
from hackathon.outreach.activities.model import Evidence
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.service import get_activity, lock_own
from hackathon.outreach.activities.settings import ActivitySettings


def add(  # noqa: PLR0913, PLR0917 (what is added where, by whom)
    connection: Connection,
    activity_id: UUID,
    received: Received,
    actor: Actor,
    clock: Clock,
    settings: ActivitySettings,
) -> Evidence:
    """Add a file that was checked before."""
    with connection.transaction():
        standing = lock_own(connection, activity_id, actor, clock)
        if standing.facts.evidence_files >= settings.evidence_files_max:
            raise TooMuchEvidence(files_max=settings.evidence_files_max)
        evidence = Evidence(
            uuid4(), received.name, received.media_type, received.size_bytes, received.digest, clock()
        )
        repository.add_evidence(connection, activity_id, evidence)
        note(connection, ACTIVITIES, standing, "add_evidence", actor, clock(), {"digest": received.digest})
    return evidence


def remove(connection: Connection, activity_id: UUID, file_id: UUID, actor: Actor, clock: Clock) -> None:
    """Take a file back while the report is not handed in; its bytes are swept later."""
    with connection.transaction():
        standing = lock_own(connection, activity_id, actor, clock)
        repository.remove_evidence(connection, activity_id, file_id)
        note(connection, ACTIVITIES, standing, "remove_evidence", actor, clock(), {"file": str(file_id)})


def list_files(connection: Connection, activity_id: UUID, actor: Actor, clock: Clock) -> list[Evidence]:
    """The files of an activity that the actor may see."""
    with connection.transaction():
        get_activity(connection, activity_id, actor, clock)
        return repository.find_evidence(connection, activity_id)


def open_file(  # noqa: PLR0913, PLR0917 (which file, for whom)
    connection: Connection,
    activity_id: UUID,
    file_id: UUID,
    actor: Actor,
    clock: Clock,
    settings: ActivitySettings,
) -> tuple[Evidence, Path]:
    """A file and where its bytes lie, to be served as an attachment; :class:`NoSuchObject`."""
    for evidence in list_files(connection, activity_id, actor, clock):
        if evidence.file_id == file_id:
            return evidence, path_of(evidence.digest, settings.store())
    raise NoSuchObject


SWEEP = Sweep("activities", lambda: ActivitySettings().store(), repository.QUERIES["named_files"])
