"""People at work on their application: text, files, handing in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.attachments.rules import require_room
from casework.codes.rules import new_reference
from casework.dossiers.rules import digest_of
from casework.files.model import Received
from casework.outbox.service import enqueue
from casework.people.repository import hold_person
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed
from casework.workflow.model import Moved, Standing, Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import why_closed
from casework.workflow.service import apply, lock, look, note
from citycore.store.connections import Connection
from hackathon.funding.applications import applicants_repository, errors, mails, repository
from hackathon.funding.applications.applicants_repository import APPLICANTS as APPLICANT_ROWS
from hackathon.funding.applications.applicants_repository import NewApplicant
from hackathon.funding.applications.continuing import draft_from, note_onward
from hackathon.funding.applications.desk import ApplicationDesk
from hackathon.funding.applications.machine import APPLICANTS, APPLICATION, EDITABLE
from hackathon.funding.applications.model import Application, Content, Facts, Version
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.rules import (
    NOUN,
    REFERENCE_CHARACTERS,
    differences,
    document_of,
    why_wrong,
)
from hackathon.funding.calls.machine import CLOSES, OPENS, SECOND_CLOSES
from hackathon.funding.calls.repository import find_call, find_form
from hackathon.funding.calls.service import get_call

#: In which a draft can be begun; handed in it can be in the same time.
BEGINNING_IN = frozenset({"open"})
#: The steps that are no decision and have no function of their own.
_MOVES = frozenset({"reopen", "withdraw"})


def begin(  # noqa: PLR0913 (what is begun, by whom, from what)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    call_id: UUID,
    content: Content,
    *,
    submission_id: UUID | None = None,
) -> Application:
    """A draft of whoever begins it, who leads; while the call is open.

    From what won in a hackathon it has title and summary: :class:`NotYourSubmission`.
    """
    with connection.transaction():
        call = get_call(desk.desk.session(connection, actor), call_id)
        at = desk.desk.clock()
        if call.state not in BEGINNING_IN:
            raise errors.CallNotOpen
        refusal = why_closed(APPLICATION, Window(OPENS, CLOSES), hold_deadlines(connection, call_id), at)
        if refusal is not None:
            raise refusal
        if submission_id is not None:
            content = draft_from(connection, actor, submission_id, content)
        return store_draft(connection, desk, actor, call_id, content, at, submission_id)


def store_draft(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    call_id: UUID,
    content: Content,
    at: datetime,
    submission_id: UUID | None = None,
) -> Application:
    """Store a draft with its lead, in the caller's transaction and whatever the time."""
    if actor.person_id is None:
        raise NotAllowed
    # Held, so that whoever begins two at once is counted.
    hold_person(connection, actor.person_id)
    application_id = desk.desk.new_id()
    reference = new_reference(desk.desk.random, REFERENCE_CHARACTERS)
    repository.store_application(connection, application_id, call_id, reference, submission_id, content, at)
    new = NewApplicant(
        applicant_id=desk.desk.new_id(),
        application_id=application_id,
        person_id=actor.person_id,
        is_lead=True,
    )
    applicants_repository.store_applicant(connection, new, at)
    note(connection, APPLICATIONS, look(connection, APPLICATIONS, application_id, actor), "create", actor, at)
    apply(connection, APPLICANT_ROWS, new.applicant_id, "begin", actor, desk.desk.clock, seen_version=1)
    return find(connection, application_id)


def write(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    content: Content,
    seen_version: int,
) -> Application:
    """Write the draft anew, before the close; each field that was changed leaves a line in the trail.

    :class:`ChangedMeanwhile` if somebody has written since ``seen_version``; a file that came meanwhile does
    not matter.
    """
    with connection.transaction():
        standing, at = _hold(connection, desk, actor, application_id)
        if seen_version > standing.version or repository.find_changes_since(
            connection, application_id, seen_version
        ):
            raise ChangedMeanwhile
        application = find(connection, application_id)
        call = find_call(connection, application.call_id)
        assert call is not None
        form = find_form(connection, application.call_id, application.round)
        statements = [one.code for one in call.eligibility.statements]
        refusal = why_wrong(form, statements, content, desk.settings)
        if refusal is not None:
            raise refusal
        changes = list(differences(application.draft, content, application.round))
        if changes:
            repository.write(connection, application_id, content)
            repository.add_changes(
                connection, application_id, actor.person_id, application.version + 1, changes, at
            )
        return find(connection, application_id)


def add_file(
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    received: Received,
) -> StoredFile:
    """Put a file into the draft that was checked before; :class:`FileRefused` where there is no room for it."""
    file = StoredFile.of(desk.desk.new_id(), received)
    with connection.transaction():
        _, at = _hold(connection, desk, actor, application_id)
        files = repository.find_files(connection, application_id)
        require_room(files, file, desk.settings.files_max, desk.settings.files_bytes_max)
        repository.add_file(connection, application_id, file, at)
    return file


def remove_file(
    connection: Connection, desk: ApplicationDesk, actor: Actor, application_id: UUID, file_id: UUID
) -> None:
    """Take a file out of the draft; versions that were handed in with it keep it."""
    with connection.transaction():
        _, at = _hold(connection, desk, actor, application_id)
        if not repository.remove_file(connection, application_id, file_id, at):
            raise NoSuchObject


def submit(
    connection: Connection, desk: ApplicationDesk, actor: Actor, application_id: UUID, seen_version: int
) -> Version:
    """Hand the draft in as the next version, before the close; all who apply get its receipt."""
    with connection.transaction():
        standing = lock(connection, APPLICATIONS, application_id, actor)
        application = find(connection, application_id)
        number, round_ = application.versions + 1, application.round
        if number > desk.settings.versions_max:
            raise errors.TooManyVersions
        files = repository.find_files(connection, application_id)
        document = document_of(round_, application.draft, files)
        digest = digest_of(NOUN, application_id, number, document)
        moved = apply(
            connection,
            APPLICATIONS,
            application_id,
            "submit",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            details={"version": number, "digest": digest.hex()},
        )
        repository.add_version(connection, application_id, number, round_, document, digest, moved.at)
        note_onward(connection, desk, application)
        closes = CLOSES if round_ == 1 else SECOND_CLOSES
        told = mails.to_applicants(
            connection,
            desk.desk.settings.portal_url,
            "submitted",
            application,
            version=number,
            at=moved.at,
            closes_at=hold_deadlines(connection, standing.deadlines_of)[closes],
            digest=digest.hex(),
        )
        enqueue(connection, told, moved.at)
        handed_in = repository.latest_version(connection, application_id)
        assert handed_in is not None
        return handed_in


def write_and_submit(  # noqa: PLR0913, PLR0917 (as write)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    content: Content,
    seen_version: int,
) -> Version:
    """Write the draft anew and hand it in: both or neither."""
    with connection.transaction():
        written = write(connection, desk, actor, application_id, content, seen_version)
        return submit(connection, desk, actor, application_id, written.version)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ApplicationDesk,
    actor: Actor,
    application_id: UUID,
    event: str,
    seen_version: int,
) -> Moved:
    """Every step of the lead that has no function of its own: reopen; withdraw, of which the others are told."""
    if event not in _MOVES:
        raise ValueError("every other step has a function of its own")
    with connection.transaction():
        moved = apply(
            connection, APPLICATIONS, application_id, event, actor, desk.desk.clock, seen_version=seen_version
        )
        if event == "withdraw":
            portal_url, application = desk.desk.settings.portal_url, find(connection, application_id)
            enqueue(
                connection,
                mails.of_withdrawal(connection, portal_url, application, actor.person_id),
                moved.at,
            )
        return moved


def find(connection: Connection, application_id: UUID) -> Application:
    """One that is known to be there, in the caller's transaction; :class:`NoSuchObject` otherwise."""
    application = repository.find_application(connection, application_id)
    if application is None:
        raise NoSuchObject
    return application


def _hold(
    connection: Connection, desk: ApplicationDesk, actor: Actor, application_id: UUID
) -> tuple[Standing[Facts], datetime]:
    """A draft that the actor may work on now; a stranger does not learn whether there is one."""
    standing = lock(connection, APPLICATIONS, application_id, actor)
    planned = hold_deadlines(connection, standing.deadlines_of)
    at = desk.desk.clock()
    if not holds_any(actor.at(at), APPLICANTS, standing.scopes):
        raise NoSuchObject
    if standing.state not in EDITABLE:
        raise errors.ApplicationNotEditable
    window = Window(OPENS, CLOSES) if standing.facts.round == 1 else Window(until=SECOND_CLOSES)
    refusal = why_closed(APPLICATION, window, planned, at)
    if refusal is not None:
        raise refusal
    return standing, at
