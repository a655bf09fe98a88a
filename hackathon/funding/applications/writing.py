"""People at work on their application: text, files, handing in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.attachments.model import StoredFile
from casework.attachments.rules import require_room
from casework.codes.rules import new_reference
from casework.dossiers.rules import new_version
from casework.files.model import Received
from casework.people.repository import hold_person
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, check, check_all, existing
from casework.workflow.model import Moved, Standing, Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import compare_text, why_closed
from citycore.store.rows import known
from hackathon.funding.applications import applicants_repository, errors, mails, repository
from hackathon.funding.applications.applicants_repository import APPLICANTS as APPLICANT_ROWS
from hackathon.funding.applications.applicants_repository import NewApplicant
from hackathon.funding.applications.continuing import draft_from, note_onward
from hackathon.funding.applications.machine import APPLICANTS, APPLICATION, EDITABLE
from hackathon.funding.applications.model import Application, Content, Facts, NewApplication, Version, Writing
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import (
    NOUN,
    REFERENCE_CHARACTERS,
    differences,
    document_of,
    wrong_fields,
)
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.machine import CLOSES, OPENS, SECOND_CLOSES, close_of
from hackathon.funding.calls.repository import find_call, find_form
from hackathon.funding.calls.service import get_call

#: In which a draft can be begun; handed in it can be in the same time.
BEGINNING_IN = frozenset({"open"})
#: The steps that are no decision and have no function of their own.
_MOVES = frozenset({"reopen", "withdraw"})


def begin(
    session: Session,
    call_id: UUID,
    content: Content,
    submission_id: UUID | None = None,
) -> Application:
    """A draft of whoever begins it, who leads; while the call is open.

    From what won in a hackathon it has title and summary: :class:`NotYourSubmission`.
    """
    call = get_call(session, call_id)
    at = session.now()
    if call.state not in BEGINNING_IN:
        raise errors.CallNotOpen
    check(why_closed(APPLICATION, Window(OPENS, CLOSES), hold_deadlines(session.connection, call_id), at))
    if submission_id is not None:
        content = draft_from(session, submission_id, content)
    return store_draft(session, call_id, content, at, submission_id)


def store_draft(
    session: Session,
    call_id: UUID,
    content: Content,
    at: datetime,
    submission_id: UUID | None = None,
) -> Application:
    """Store a draft with its lead, in the caller's transaction and whatever the time."""
    person_id = session.person_id
    # Held, so that whoever begins two at once is counted.
    hold_person(session.connection, person_id)
    application_id = session.new_id()
    reference = new_reference(session.programme.random, REFERENCE_CHARACTERS)
    new = NewApplication(application_id, call_id, reference, submission_id, content)
    repository.store_application(session.connection, new, at)
    lead = NewApplicant(session.new_id(), application_id, person_id, is_lead=True)
    applicants_repository.store_applicant(session.connection, lead, at)
    session.note(APPLICATIONS, session.look(APPLICATIONS, application_id), "create", at)
    session.apply(APPLICANT_ROWS, lead.applicant_id, "begin", 1)
    return find(session, application_id)


def write(
    session: Session,
    application_id: UUID,
    content: Content,
    seen_version: int,
) -> Application:
    """Write the draft anew, before the close; each field that was changed leaves a line in the trail.

    :class:`ChangedMeanwhile` if somebody has written since ``seen_version``; a file that came meanwhile does
    not matter.
    """
    standing, at = _hold(session, application_id)
    changes_since = repository.find_changes_since(session.connection, application_id, seen_version)
    compare_text(standing, seen_version, is_rewritten=bool(changes_since))
    application = find(session, application_id)
    call = known(find_call(session.connection, application.call_id))
    form = find_form(session.connection, application.call_id, application.round)
    statements = [one.code for one in call.eligibility.statements]
    check_all(wrong_fields(form, statements, content, session.of(ApplicationSettings)))
    changes = list(differences(application.draft, content, application.round))
    if changes:
        repository.write(session.connection, application_id, content)
        writing = Writing(application_id, session.actor.person_id, application.version + 1, at)
        repository.add_changes(session.connection, writing, changes)
    return find(session, application_id)


def add_file(
    session: Session,
    application_id: UUID,
    received: Received,
) -> StoredFile:
    """Put a file into the draft that was checked before; :class:`FileRefused` where there is no room for it."""
    file = StoredFile.of(session.new_id(), received)
    _, at = _hold(session, application_id)
    settings, files = (
        session.of(ApplicationSettings),
        repository.find_files(session.connection, application_id),
    )
    require_room(files, file, settings.files_max, settings.files_bytes_max)
    repository.add_file(session.connection, application_id, file, at)
    return file


def remove_file(session: Session, application_id: UUID, file_id: UUID) -> None:
    """Take a file out of the draft; versions that were handed in with it keep it."""
    _, at = _hold(session, application_id)
    if not repository.remove_file(session.connection, application_id, file_id, at):
        raise NoSuchObject


def submit(session: Session, application_id: UUID, seen_version: int) -> Version:
    """Hand the draft in as the next version, before the close; all who apply get its receipt."""
    standing = session.lock(APPLICATIONS, application_id)
    application = find(session, application_id)
    if application.versions >= session.of(ApplicationSettings).versions_max:
        raise errors.TooManyApplicationVersions
    files = repository.find_files(session.connection, application_id)
    document = document_of(application.round, application.draft, files)
    new = new_version(NOUN, application_id, application.versions + 1, document)
    told: dict[str, int | str] = {"version": new.number, "digest": new.digest.hex()}
    moved = session.apply(APPLICATIONS, application_id, "submit", seen_version, **told)
    repository.add_version(session.connection, application_id, application.round, new, moved.at)
    note_onward(session, application)
    receipts = mails.to_applicants(
        session.connection,
        session.link(""),
        "submitted",
        application,
        at=moved.at,
        closes_at=hold_deadlines(session.connection, standing.deadlines_of)[close_of(application.round)],
        **told,
    )
    session.send(receipts, moved.at)
    return known(repository.latest_version(session.connection, application_id))


def write_and_submit(
    session: Session,
    application_id: UUID,
    content: Content,
    seen_version: int,
) -> Version:
    """Write the draft anew and hand it in: both or neither."""
    written = write(session, application_id, content, seen_version)
    return submit(session, application_id, written.version)


def move(
    session: Session,
    application_id: UUID,
    event: str,
    seen_version: int,
) -> Moved:
    """Every step of the lead that has no function of its own: reopen; withdraw, of which the others are told."""
    if event not in _MOVES:
        raise ValueError("every other step has a function of its own")
    moved = session.apply(APPLICATIONS, application_id, event, seen_version)
    if event == "withdraw":
        by, application = session.actor.person_id, find(session, application_id)
        told = mails.of_withdrawal(session.connection, session.link(""), application, by)
        session.send(told, moved.at)
    return moved


def find(session: Session, application_id: UUID) -> Application:
    """One that is known to be there, in the caller's transaction; :class:`NoSuchObject` otherwise."""
    return existing(repository.find_application(session.connection, application_id))


def _hold(session: Session, application_id: UUID) -> tuple[Standing[Facts], datetime]:
    """A draft that the actor may work on now; a stranger does not learn whether there is one."""
    standing = session.lock(APPLICATIONS, application_id)
    planned = hold_deadlines(session.connection, standing.deadlines_of)
    at = session.now()
    if not session.holds(APPLICANTS, standing.scopes):
        raise NoSuchObject
    if standing.state not in EDITABLE:
        raise errors.ApplicationNotEditable
    window = Window(OPENS, CLOSES) if standing.facts.round == 1 else Window(until=SECOND_CLOSES)
    check(why_closed(APPLICATION, window, planned, at))
    return standing, at
