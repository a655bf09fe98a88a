"""A team at work on its submission: text, files, handing in, late access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile, Sweep
from casework.attachments.rules import require_room
from casework.codes.model import Code
from casework.codes.rules import code_digest, new_code
from casework.dossiers.rules import digest_of
from casework.files.model import Received
from casework.forms.model import FormField
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Moved, Standing, Window
from casework.workflow.repository import find_deadlines, hold_deadlines, set_deadline
from casework.workflow.rules import compare, why_closed
from casework.workflow.service import apply, lock, look, note
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.contest.hackathons.rules import scopes_of as hackathon_scopes
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions import errors, repository
from hackathon.contest.submissions.desk import SubmissionDesk
from hackathon.contest.submissions.machine import EDITABLE, MEMBERS, STAFF, SUBMISSION, takes_part
from hackathon.contest.submissions.mails import to_team
from hackathon.contest.submissions.model import Content, Submission, SubmissionFacts, Version
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.rules import NOUN, document_of, why_wrong, why_wrong_form
from hackathon.contest.submissions.settings import SubmissionSettings

CLOSE = "submissions_close"
SWEEP = Sweep("submissions", lambda: SubmissionSettings().store(), repository.QUERIES["named_files"])


def set_form(
    connection: Connection, desk: SubmissionDesk, actor: Actor, hackathon_id: UUID, form: Sequence[FormField]
) -> None:
    """What a hackathon asks its teams, before the first of them begins."""
    if not holds_any(actor.at(desk.desk.clock()), STAFF, hackathon_scopes(hackathon_id)):
        raise NotAllowed
    refusal = why_wrong_form(form, desk.settings)
    if refusal is not None:
        raise refusal
    with connection.transaction():
        get_hackathon(connection, hackathon_id, actor)
        if repository.has_submissions(connection, hackathon_id):
            raise errors.FormFixed
        repository.set_form(connection, hackathon_id, form)


def get_form(connection: Connection, actor: Actor, hackathon_id: UUID) -> tuple[FormField, ...]:
    """What a hackathon asks its teams."""
    with connection.transaction():
        get_hackathon(connection, hackathon_id, actor)
        return repository.find_form(connection, hackathon_id)


def begin(connection: Connection, desk: SubmissionDesk, actor: Actor, team_id: UUID) -> Submission:
    """The draft of a team that is locked, made when its first member asks for it; handed in it can be from the start."""
    with connection.transaction():
        held = repository.hold_team(connection, team_id)
        at = desk.desk.clock()
        if held is None or not holds_any(actor.at(at), MEMBERS, [Scope(ScopeKind.TEAM, team_id)]):
            raise NoSuchObject
        known = repository.find_of_team(connection, team_id)
        if known is not None:
            return _find(connection, known)
        hackathon_id, team_state = held
        if team_state != "locked":
            raise errors.NotTakingPart
        submission_id = desk.desk.new_id()
        repository.store_submission(connection, submission_id, hackathon_id, team_id, at)
        standing = look(connection, SUBMISSIONS, submission_id, actor)
        _check_open(connection, standing, at)
        note(connection, SUBMISSIONS, standing, "create", actor, at)
        return _find(connection, submission_id)


def write(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    desk: SubmissionDesk,
    actor: Actor,
    submission_id: UUID,
    content: Content,
    seen_version: int,
) -> Submission:
    """Write the draft anew, before the close."""
    with connection.transaction():
        standing, _ = _hold(connection, desk, actor, submission_id, seen_version)
        submission = _find(connection, submission_id)
        form = repository.find_form(connection, submission.hackathon_id)
        refusal = why_wrong(form, content, desk.settings)
        if refusal is not None:
            raise refusal
        repository.write(connection, standing.object_id, content)
        return _find(connection, submission_id)


def add_file(
    connection: Connection,
    desk: SubmissionDesk,
    actor: Actor,
    submission_id: UUID,
    received: Received,
) -> StoredFile:
    """Put a file into the draft that was checked before; :class:`FileRefused` where there is no room for it."""
    file = StoredFile.of(desk.desk.new_id(), received)
    with connection.transaction():
        _, at = _hold(connection, desk, actor, submission_id, None)
        files = repository.find_files(connection, submission_id)
        require_room(files, file, desk.settings.files_max, desk.settings.files_bytes_max)
        repository.add_file(connection, submission_id, file, at)
    return file


def remove_file(
    connection: Connection, desk: SubmissionDesk, actor: Actor, submission_id: UUID, file_id: UUID
) -> None:
    """Take a file out of the draft; versions that were handed in with it keep it."""
    with connection.transaction():
        _, at = _hold(connection, desk, actor, submission_id, None)
        if not repository.remove_file(connection, submission_id, file_id, at):
            raise NoSuchObject


def submit(
    connection: Connection, desk: SubmissionDesk, actor: Actor, submission_id: UUID, seen_version: int
) -> Version:
    """Hand the draft in as the next version, before the close, and mail everybody in the team that it is."""
    with connection.transaction():
        standing = lock(connection, SUBMISSIONS, submission_id, actor)
        submission = _find(connection, submission_id)
        number = submission.versions + 1
        if number > desk.settings.versions_max:
            raise errors.TooManyVersions
        document = document_of(submission.draft, repository.find_files(connection, submission_id))
        digest = digest_of(NOUN, submission_id, number, document)
        moved = apply(
            connection,
            SUBMISSIONS,
            submission_id,
            "submit",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            details={"version": number, "digest": digest.hex()},
        )
        repository.add_version(connection, submission_id, number, document, digest, moved.at)
        closes_at = hold_deadlines(connection, standing.deadlines_of)[CLOSE]
        told = to_team(
            connection,
            desk,
            submission,
            "handed_in",
            version=number,
            at=moved.at,
            closes_at=closes_at,
            digest=digest.hex(),
        )
        enqueue(connection, told, moved.at)
        handed_in = repository.find_version(connection, submission_id)
        assert handed_in is not None
        return handed_in


def write_and_submit(  # noqa: PLR0913, PLR0917 (as write)
    connection: Connection,
    desk: SubmissionDesk,
    actor: Actor,
    submission_id: UUID,
    content: Content,
    seen_version: int,
) -> Version:
    """Write the draft anew and hand it in: both or neither."""
    with connection.transaction():
        written = write(connection, desk, actor, submission_id, content, seen_version)
        return submit(connection, desk, actor, submission_id, written.version)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: SubmissionDesk,
    actor: Actor,
    submission_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step that is no decision: reopen, withdraw, disqualify, reinstate."""
    if event in {"submit", "open_late"}:
        raise ValueError("handing in and late access have functions of their own")
    return apply(
        connection,
        SUBMISSIONS,
        submission_id,
        event,
        actor,
        desk.desk.clock,
        seen_version=seen_version,
        reason=reason,
    )


def grant_late_access(
    connection: Connection, desk: SubmissionDesk, actor: Actor, submission_id: UUID, until: datetime
) -> Code:
    """A code with which one team may go on after the close; shown this once, counted once, and logged."""
    text = new_code(desk.desk.random)
    with connection.transaction():
        standing = lock(connection, SUBMISSIONS, submission_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), STAFF, standing.scopes):
            raise NotAllowed
        planned = hold_deadlines(connection, _find(connection, submission_id).hackathon_id)
        if until <= max(at, planned[CLOSE]):
            raise errors.LateTooEarly(closes=planned[CLOSE])
        repository.add_late_code(connection, desk.desk.new_id(), submission_id, code_digest(text), until, at)
        note(connection, SUBMISSIONS, standing, "grant_late_access", actor, at)
    return Code(text, until)


def redeem_late_access(
    connection: Connection, desk: SubmissionDesk, actor: Actor, submission_id: UUID, text: str
) -> Submission:
    """From now on the submission follows its own deadline; what had expired or was frozen is open again."""
    with connection.transaction():
        standing = lock(connection, SUBMISSIONS, submission_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), MEMBERS, standing.scopes):
            raise NoSuchObject
        until = repository.use_late_code(connection, submission_id, code_digest(text), at)
        if until is None:
            raise errors.LateCodeUnknown
        _follow(connection, standing, _find(connection, submission_id), until)
        note(connection, SUBMISSIONS, standing, "redeem_late_access", actor, at)
        if standing.state in {"expired", "frozen"}:
            apply(
                connection,
                SUBMISSIONS,
                submission_id,
                "open_late",
                actor,
                desk.desk.clock,
                seen_version=standing.version,
            )
        return _find(connection, submission_id)


def _follow(
    connection: Connection, standing: Standing[SubmissionFacts], submission: Submission, until: datetime
) -> None:
    planned = {one.name: one.instant for one in find_deadlines(connection, submission.hackathon_id)}
    own = {"starts": planned["starts"], CLOSE: until}
    for name, instant in own.items():
        set_deadline(connection, standing.object_id, Deadline(name, instant, CITY_ZONE.key))
    repository.set_late(connection, standing.object_id, until)


def _hold(
    connection: Connection,
    desk: SubmissionDesk,
    actor: Actor,
    submission_id: UUID,
    seen_version: int | None,
) -> tuple[Standing[SubmissionFacts], datetime]:
    """A draft that the actor may work on now; a stranger does not learn whether there is one."""
    standing = lock(connection, SUBMISSIONS, submission_id, actor)
    hold_deadlines(connection, standing.deadlines_of)
    at = desk.desk.clock()
    if not holds_any(actor.at(at), MEMBERS, standing.scopes):
        raise NoSuchObject
    compare(standing, seen_version)
    refusal = takes_part(standing.facts)
    if refusal is not None:
        raise refusal
    if standing.state not in EDITABLE:
        raise errors.SubmissionNotEditable
    _check_open(connection, standing, at)
    return standing, at


def _check_open(connection: Connection, standing: Standing[SubmissionFacts], at: datetime) -> None:
    deadlines = hold_deadlines(connection, standing.deadlines_of)
    refusal = why_closed(SUBMISSION, Window(until=CLOSE), deadlines, at)
    if refusal is not None:
        raise refusal


def _find(connection: Connection, submission_id: UUID) -> Submission:
    submission = repository.find_submission(connection, submission_id)
    if submission is None:
        raise NoSuchObject
    return submission
