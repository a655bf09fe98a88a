"""Pictures of a case, for whoever asked and those who handle it: never public, and gone some time after its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from casework.access.model import SYSTEM
from casework.attachments.model import StoredFile, Sweep
from casework.attachments.rules import require_room
from casework.attachments.service import read_pieces
from casework.cases import repository
from casework.cases.model import CaseFile, Sender
from casework.cases.settings import CaseSettings
from casework.files.model import Received
from casework.files.service import path_of
from casework.noun import Job, Stopping
from casework.people.holders import Attachment
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection

SWEEP: Final = Sweep("cases", lambda: CaseSettings().store(), repository.QUERIES["named_files"])


def add(session: Session, case_id: UUID, received: Received, sender: Sender) -> None:
    """Keep a picture that was checked before; :class:`FileRefused` if there are as many as there may be."""
    repository.lock_cases(session.connection, [case_id])
    known = [one.file for one in repository.find_files(session.connection, case_id)]
    file = StoredFile.of(session.new_id(), received)
    require_room(known, file, session.of(CaseSettings).pictures_max)
    repository.add_file(session.connection, CaseFile(case_id, file, sender, session.now()))


def take_back(session: Session, case_id: UUID, file_id: UUID, sender: Sender) -> None:
    """One of one's own; its bytes are swept later. :class:`NoSuchObject`."""
    if not repository.drop_file(session.connection, case_id, file_id, sender):
        raise NoSuchObject


def list_of(session: Session, case_id: UUID) -> list[CaseFile]:
    """The oldest first."""
    return repository.find_files(session.connection, case_id)


def find(session: Session, case_id: UUID, file_id: UUID) -> tuple[StoredFile, Path]:
    """A picture and where its bytes lie; :class:`NoSuchObject`."""
    for held in list_of(session, case_id):
        if held.file.file_id == file_id:
            return held.file, path_of(held.file.digest, session.of(CaseSettings).store())
    raise NoSuchObject


def sweep(programme: Programme, _: Stopping = lambda: False) -> int:
    """Let go of the pictures of cases that ended some time ago; how many."""
    days = programme.of(CaseSettings).picture_days
    with programme.session(SYSTEM) as session:
        return repository.drop_files(session.connection, session.now() - timedelta(days=days))


def of_person(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    """What somebody sent with what they asked."""
    store = CaseSettings().store()
    for file in repository.find_files_of_person(connection, person_id):
        ending = file.name.rpartition(".")[2]
        yield Attachment(f"pictures/{file.file_id}.{ending}", read_pieces(file.digest, store))


OLD_PICTURES: Final = Job("old_pictures", sweep)
