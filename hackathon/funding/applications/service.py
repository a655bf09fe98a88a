"""Applications for those who apply and those who decide about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from casework.attachments.model import StoredFile
from casework.dossiers.rules import record_of
from casework.files.service import path_of
from casework.forms.model import FormField
from casework.lists.model import DeskList, Sort, one_of, words
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from citycore.store.rows import known
from hackathon.funding.applications import repository
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import (
    Appeal,
    Application,
    Change,
    Dossier,
    Page,
    Question,
    Version,
    Wanted,
)
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import NOUN, document_of, is_own, shown_to_staff
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_call, find_form
from hackathon.funding.calls.rules import is_staff
from hackathon.funding.calls.service import require_staff


def get_application(session: Session, application_id: UUID) -> Application:
    """One that the actor may see; :class:`NoSuchObject` for the others too.

    Those who apply see what they write, officers what was handed in.
    """
    return _find(session, application_id)[0]


def get_own(session: Session, application_id: UUID) -> Application:
    """Of those who apply; others do not learn more than they see, :class:`NoSuchObject`."""
    found = get_application(session, application_id)
    if not is_own(session.actor, found):
        raise NoSuchObject
    return found


def get_of_call(session: Session, call_id: UUID, application_id: UUID) -> Application:
    """Of this call for those who run it, and not the officer's own; :class:`NotAllowed`, :class:`NoSuchObject`."""
    require_staff(session, call_id)
    return require_of_call(session, call_id, get_application(session, application_id))


def require_of_call(session: Session, call_id: UUID, found: Application) -> Application:
    if found.call_id != call_id or is_own(session.actor, found):
        raise NoSuchObject
    return found


def get_call_of(session: Session, application: Application) -> Call:
    """Whoever may see the application knows of the call, whatever has become of it."""
    return known(find_call(session.connection, application.call_id))


def get_questions_of(session: Session, application: Application) -> dict[int, tuple[FormField, ...]]:
    """What was asked in each of its rounds."""
    return {
        number: find_form(session.connection, application.call_id, number)
        for number in range(1, application.round + 1)
    }


def get_dossier(session: Session, application_id: UUID) -> Dossier:
    """The same with all that belongs to it, for a page that shows all of it: it is asked once whether the actor may."""
    application, _ = _find(session, application_id)
    return Dossier(
        application,
        repository.find_versions(session.connection, application_id),
        repository.find_questions(session.connection, application_id),
        repository.find_appeal(session.connection, application_id),
    )


def list_own(session: Session) -> list[Application]:
    """What the actor applies with, the newest first."""
    if session.actor.person_id is None:
        return []
    return repository.find_of_person(
        session.connection, session.actor.person_id, session.of(ApplicationSettings).page_rows_max
    )


def list_applications(
    session: Session,
    call_id: UUID,
    wanted: Wanted,
) -> Page:
    """Applications of a call by the words of reference, title and summary, for officers: what was handed in."""
    require_staff(session, call_id)
    rows = min(wanted.rows, session.of(ApplicationSettings).page_rows_max)
    part = replace(wanted, rows=rows + 1)
    found = repository.find_applications(session.connection, call_id, part, kept_from(session, call_id))
    return Page(found[:rows], found[rows - 1].application_id if len(found) > rows else None)


def _desk_values(session: Session, call_id: UUID) -> dict[str, object]:
    require_staff(session, call_id)
    return {"call_id": call_id, "hidden": list(kept_from(session, call_id))}


#: What was handed in for a call, for officers, the longest in its state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "application_id",
    _desk_values,
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "reference": Sort("listed.reference", "text"),
    },
    first="since",
    filters=(words(), one_of("state", "listed.state", tuple(one.name for one in APPLICATION.states))),
    binding=APPLICATIONS,
)


def count_applications(session: Session, call_id: UUID) -> dict[str, int]:
    """How many applications of a call there are by state, drafts too, for officers."""
    require_staff(session, call_id)
    return repository.count_applications(session.connection, call_id, kept_from(session, call_id))


def get_handed_in(session: Session, application_id: UUID) -> Version | None:
    """What counts: the version that was handed in last."""
    _find(session, application_id)
    return repository.latest_version(session.connection, application_id)


def list_versions(session: Session, application_id: UUID) -> list[Version]:
    """All that was handed in, the newest first."""
    _find(session, application_id)
    return repository.find_versions(session.connection, application_id)


def get_record(session: Session, application_id: UUID, number: int) -> bytes:
    """The very bytes over which the digest of a version is, as JSON (RFC 8785); :class:`NoSuchObject`."""
    versions = {one.number: one for one in list_versions(session, application_id)}
    if number not in versions:
        raise NoSuchObject
    version = versions[number]
    return record_of(NOUN, application_id, number, document_of(version.round, version.content, version.files))


def list_draft_files(session: Session, application_id: UUID) -> tuple[StoredFile, ...]:
    """The files that the next version would have, for those who apply."""
    get_own(session, application_id)
    return repository.find_files(session.connection, application_id)


def find_file(session: Session, application_id: UUID, file_id: UUID) -> tuple[StoredFile, Path]:
    """A file and where its bytes lie: for those who apply, and of what was handed in for officers.

    To be sent as an attachment under its ``media_type``, never to be shown by a browser in its own right.
    """
    application, handed_in = _find(session, application_id)
    file = repository.find_file(session.connection, application_id, file_id)
    is_counted = handed_in is not None and file in handed_in.files
    if file is None or not (is_counted or is_own(session.actor, application)):
        raise NoSuchObject
    return file, path_of(file.digest, session.of(ApplicationSettings).store())


def list_changes(
    session: Session,
    application_id: UUID,
    before_id: int | None = None,
) -> list[Change]:
    """Who wrote what, the newest first; officers see it as far as it was handed in."""
    application, handed_in = _find(session, application_id)
    found = repository.find_changes(
        session.connection, application_id, before_id, session.of(ApplicationSettings).trail_rows_max
    )
    if is_own(session.actor, application):
        return found
    return [one for one in found if handed_in is not None and one.at <= handed_in.submitted_at]


def list_changes_since(session: Session, application_id: UUID, version: int) -> list[Change]:
    """What was written after the application had this version, as it happened, for those who apply."""
    get_own(session, application_id)
    return repository.find_changes_since(session.connection, application_id, version)


def list_questions(session: Session, application_id: UUID) -> list[Question]:
    """What the programme asked, and what was answered."""
    _find(session, application_id)
    return repository.find_questions(session.connection, application_id)


def find_appeal(session: Session, application_id: UUID) -> Appeal | None:
    """The appeal of an application, if there is one."""
    _find(session, application_id)
    return repository.find_appeal(session.connection, application_id)


def _find(session: Session, application_id: UUID) -> tuple[Application, Version | None]:
    """It and what was handed in last. Somebody who applies is that first, whatever else they are."""
    application = existing(repository.find_application(session.connection, application_id))
    handed_in = repository.latest_version(session.connection, application_id)
    if is_own(session.actor, application):
        return application, handed_in
    is_known = handed_in is not None and is_staff(session.actor, application.call_id)
    if not is_known or application_id in repository.hidden_applications(
        session.connection, session.actor, application.call_id
    ):
        raise NoSuchObject
    return shown_to_staff(application, handed_in), handed_in


def kept_from(session: Session, call_id: UUID) -> frozenset[UUID]:
    """What an officer does not see at the desk: what is hidden from the officer, and what is the officer's own."""
    own = repository.find_own_of_call(session.connection, call_id, session.actor.person_id)
    return repository.hidden_applications(session.connection, session.actor, call_id) | frozenset(own)
