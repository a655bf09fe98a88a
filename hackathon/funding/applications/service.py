"""Applications for those who apply and those who decide about them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from casework.access.model import Actor
from casework.attachments.model import StoredFile
from casework.dossiers.rules import record_of
from casework.files.service import path_of
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.store.connections import Connection
from hackathon.funding.applications import repository
from hackathon.funding.applications.desk import ApplicationDesk
from hackathon.funding.applications.model import (
    Appeal,
    Application,
    Change,
    Dossier,
    Page,
    Question,
    Version,
)
from hackathon.funding.applications.rules import NOUN, document_of, is_own, shown_to_staff
from hackathon.funding.calls.rules import is_staff


def get_application(connection: Connection, actor: Actor, application_id: UUID) -> Application:
    """One that the actor may see; :class:`NoSuchObject` for the others too.

    Those who apply see what they write, officers what was handed in.
    """
    with connection.transaction():
        return _find(connection, actor, application_id)[0]


def get_dossier(connection: Connection, actor: Actor, application_id: UUID) -> Dossier:
    """The same with all that belongs to it, for a page that shows all of it: it is asked once whether the actor may."""
    with connection.transaction():
        application, _ = _find(connection, actor, application_id)
        return Dossier(
            application,
            repository.find_versions(connection, application_id),
            repository.find_questions(connection, application_id),
            repository.find_appeal(connection, application_id),
        )


def list_own(connection: Connection, desk: ApplicationDesk, actor: Actor) -> list[Application]:
    """What the actor applies with, the newest first."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return repository.find_of_person(connection, actor.person_id, desk.settings.page_rows_max)


def list_applications(  # noqa: PLR0913 (a search has this many sides)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    call_id: UUID,
    *,
    words: str = "",
    state: str | None = None,
    after: UUID | None = None,
    rows: int = 50,
) -> Page:
    """Applications of a call by the words of reference, title and summary, for officers: what was handed in."""
    _check_staff(desk, actor, call_id)
    rows = min(rows, desk.settings.page_rows_max)
    with connection.transaction():
        found = repository.find_applications(
            connection,
            call_id,
            words=words,
            state=state,
            hidden=kept_from(connection, actor, call_id),
            after=after,
            rows=rows + 1,
        )
    return Page(found[:rows], found[rows - 1].application_id if len(found) > rows else None)


def count_applications(
    connection: Connection, desk: ApplicationDesk, actor: Actor, call_id: UUID
) -> dict[str, int]:
    """How many applications of a call there are by state, drafts too, for officers."""
    _check_staff(desk, actor, call_id)
    with connection.transaction():
        return repository.count_applications(connection, call_id, kept_from(connection, actor, call_id))


def get_handed_in(connection: Connection, actor: Actor, application_id: UUID) -> Version | None:
    """What counts: the version that was handed in last."""
    with connection.transaction():
        _find(connection, actor, application_id)
        return repository.latest_version(connection, application_id)


def list_versions(connection: Connection, actor: Actor, application_id: UUID) -> list[Version]:
    """All that was handed in, the newest first."""
    with connection.transaction():
        _find(connection, actor, application_id)
        return repository.find_versions(connection, application_id)


def get_record(connection: Connection, actor: Actor, application_id: UUID, number: int) -> bytes:
    """The very bytes over which the digest of a version is, as JSON (RFC 8785); :class:`NoSuchObject`."""
    versions = {one.number: one for one in list_versions(connection, actor, application_id)}
    if number not in versions:
        raise NoSuchObject
    version = versions[number]
    return record_of(NOUN, application_id, number, document_of(version.round, version.content, version.files))


def list_draft_files(connection: Connection, actor: Actor, application_id: UUID) -> tuple[StoredFile, ...]:
    """The files that the next version would have, for those who apply."""
    with connection.transaction():
        if not is_own(actor, _find(connection, actor, application_id)[0]):
            raise NoSuchObject
        return repository.find_files(connection, application_id)


def find_file(
    connection: Connection, desk: ApplicationDesk, actor: Actor, application_id: UUID, file_id: UUID
) -> tuple[StoredFile, Path]:
    """A file and where its bytes lie: for those who apply, and of what was handed in for officers.

    To be sent as an attachment under its ``media_type``, never to be shown by a browser in its own right.
    """
    with connection.transaction():
        application, handed_in = _find(connection, actor, application_id)
        file = repository.find_file(connection, application_id, file_id)
    is_counted = handed_in is not None and file in handed_in.files
    if file is None or not (is_counted or is_own(actor, application)):
        raise NoSuchObject
    return file, path_of(file.digest, desk.settings.store())


def list_changes(
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    before_id: int | None = None,
) -> list[Change]:
    """Who wrote what, the newest first; officers see it as far as it was handed in."""
    with connection.transaction():
        application, handed_in = _find(connection, actor, application_id)
        found = repository.find_changes(connection, application_id, before_id, desk.settings.trail_rows_max)
    if is_own(actor, application):
        return found
    return [one for one in found if handed_in is not None and one.at <= handed_in.submitted_at]


def list_changes_since(
    connection: Connection, actor: Actor, application_id: UUID, version: int
) -> list[Change]:
    """What was written after the application had this version, as it happened, for those who apply."""
    with connection.transaction():
        if not is_own(actor, _find(connection, actor, application_id)[0]):
            raise NoSuchObject
        return repository.find_changes_since(connection, application_id, version)


def list_questions(connection: Connection, actor: Actor, application_id: UUID) -> list[Question]:
    """What the programme asked, and what was answered."""
    with connection.transaction():
        _find(connection, actor, application_id)
        return repository.find_questions(connection, application_id)


def find_appeal(connection: Connection, actor: Actor, application_id: UUID) -> Appeal | None:
    """The appeal of an application, if there is one."""
    with connection.transaction():
        _find(connection, actor, application_id)
        return repository.find_appeal(connection, application_id)


def _find(connection: Connection, actor: Actor, application_id: UUID) -> tuple[Application, Version | None]:
    """It and what was handed in last. Somebody who applies is that first, whatever else they are."""
    application = repository.find_application(connection, application_id)
    if application is None:
        raise NoSuchObject
    handed_in = repository.latest_version(connection, application_id)
    if is_own(actor, application):
        return application, handed_in
    is_known = handed_in is not None and is_staff(actor, application.call_id)
    if not is_known or application_id in repository.hidden_applications(
        connection, actor, application.call_id
    ):
        raise NoSuchObject
    return shown_to_staff(application, handed_in), handed_in


def kept_from(connection: Connection, actor: Actor, call_id: UUID) -> frozenset[UUID]:
    """What an officer does not see at the desk: what is hidden from the officer, and what is the officer's own."""
    own = repository.find_own_of_call(connection, call_id, actor.person_id)
    return repository.hidden_applications(connection, actor, call_id) | frozenset(own)


def _check_staff(desk: ApplicationDesk, actor: Actor, call_id: UUID) -> None:
    if not is_staff(actor.at(desk.desk.clock()), call_id):
        raise NotAllowed
