"""A team at work on its submission: text, files, handing in, late access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.attachments.model import StoredFile, Sweep
from casework.attachments.rules import require_room
from casework.codes.model import Code
from casework.codes.rules import code_digest, new_code
from casework.dossiers.rules import new_version
from casework.files.model import Received
from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.model import Moved, Standing, Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import compare_text, why_closed
from citycore.store.rows import known
from hackathon.contest.hackathons.rules import scopes_of as hackathon_scopes
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions import errors, repository
from hackathon.contest.submissions.machine import EDITABLE, MEMBERS, STAFF, SUBMISSION, takes_part
from hackathon.contest.submissions.mails import to_team
from hackathon.contest.submissions.model import Content, Submission, SubmissionFacts, Version
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.rules import NOUN, check, check_form, document_of
from hackathon.contest.submissions.settings import SubmissionSettings

CLOSE = "submissions_close"
SWEEP = Sweep("submissions", lambda: SubmissionSettings().store(), repository.QUERIES["named_files"])


def set_form(session: Session, hackathon_id: UUID, form: Sequence[FormField]) -> None:
    """What a hackathon asks its teams, before the first of them begins."""
    session.require(STAFF, hackathon_scopes(hackathon_id))
    check_form(form, session.of(SubmissionSettings))
    get_hackathon(session, hackathon_id)
    if repository.has_submissions(session.connection, hackathon_id):
        raise errors.FormFixed
    repository.set_form(session.connection, hackathon_id, form)


def get_form(session: Session, hackathon_id: UUID) -> tuple[FormField, ...]:
    """What a hackathon asks its teams."""
    get_hackathon(session, hackathon_id)
    return repository.find_form(session.connection, hackathon_id)


def begin(session: Session, team_id: UUID) -> Submission:
    """The draft of a team that is locked, made when its first member asks for it; handed in it can be from the start."""
    held = repository.hold_team(session.connection, team_id)
    at = session.now()
    if held is None or not session.holds(MEMBERS, [Scope(ScopeKind.TEAM, team_id)]):
        raise NoSuchObject
    known = repository.find_of_team(session.connection, team_id)
    if known is not None:
        return _find(session, known)
    hackathon_id, team_state = held
    if team_state != "locked":
        raise errors.NotTakingPart
    submission_id = session.new_id()
    repository.store_submission(session.connection, submission_id, hackathon_id, team_id, at)
    standing = session.look(SUBMISSIONS, submission_id)
    _check_open(session, standing, at)
    session.note(SUBMISSIONS, standing, "create", at)
    return _find(session, submission_id)


def write(session: Session, submission_id: UUID, content: Content, seen_version: int) -> Submission:
    """Write the draft anew, before the close.

    :class:`ChangedMeanwhile` if somebody has written since ``seen_version``; a file that came meanwhile does not matter.
    """
    standing, _ = _hold(session, submission_id)
    is_rewritten = repository.is_written_since(session.connection, submission_id, seen_version)
    compare_text(standing, seen_version, is_rewritten=is_rewritten)
    submission = _find(session, submission_id)
    form = repository.find_form(session.connection, submission.hackathon_id)
    check(form, content, session.of(SubmissionSettings))
    repository.write(session.connection, standing.object_id, content)
    return _find(session, submission_id)


def add_file(session: Session, submission_id: UUID, received: Received) -> StoredFile:
    """Put a file into the draft that was checked before; :class:`FileRefused` where there is no room for it."""
    file = StoredFile.of(session.new_id(), received)
    _, at = _hold(session, submission_id)
    files = repository.find_files(session.connection, submission_id)
    require_room(
        files, file, session.of(SubmissionSettings).files_max, session.of(SubmissionSettings).files_bytes_max
    )
    repository.add_file(session.connection, submission_id, file, at)
    return file


def remove_file(session: Session, submission_id: UUID, file_id: UUID) -> None:
    """Take a file out of the draft; versions that were handed in with it keep it."""
    _, at = _hold(session, submission_id)
    if not repository.remove_file(session.connection, submission_id, file_id, at):
        raise NoSuchObject


def submit(session: Session, submission_id: UUID, seen_version: int) -> Version:
    """Hand the draft in as the next version, before the close, and mail everybody in the team that it is."""
    standing = session.lock(SUBMISSIONS, submission_id)
    submission = _find(session, submission_id)
    if submission.versions >= session.of(SubmissionSettings).versions_max:
        raise errors.TooManyVersions
    document = document_of(submission.draft, repository.find_files(session.connection, submission_id))
    new = new_version(NOUN, submission_id, submission.versions + 1, document)
    told: dict[str, int | str] = {"version": new.number, "digest": new.digest.hex()}
    moved = session.apply(SUBMISSIONS, submission_id, "submit", seen_version, **told)
    repository.add_version(session.connection, submission_id, new, moved.at)
    closes_at = hold_deadlines(session.connection, standing.deadlines_of)[CLOSE]
    mails = to_team(session, submission, "handed_in", at=moved.at, closes_at=closes_at, **told)
    session.send(mails, moved.at)
    return known(repository.find_version(session.connection, submission_id))


def write_and_submit(session: Session, submission_id: UUID, content: Content, seen_version: int) -> Version:
    """Write the draft anew and hand it in: both or neither."""
    written = write(session, submission_id, content, seen_version)
    return submit(session, submission_id, written.version)


def move(
    session: Session, submission_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step that is no decision: reopen, withdraw, disqualify, reinstate."""
    if event in {"submit", "open_late"}:
        raise ValueError("handing in and late access have functions of their own")
    return session.apply(SUBMISSIONS, submission_id, event, seen_version, reason)


def grant_late_access(session: Session, submission_id: UUID, until: datetime) -> Code:
    """A code with which one team may go on after the close; shown this once, counted once, and logged."""
    code = Code(new_code(session.programme.random), until)
    standing = session.hold(SUBMISSIONS, submission_id, STAFF)
    at = session.now()
    planned = hold_deadlines(session.connection, _find(session, submission_id).hackathon_id)
    if until <= max(at, planned[CLOSE]):
        raise errors.LateAccessTooEarly(closes=planned[CLOSE])
    repository.add_late_code(session.connection, session.new_id(), submission_id, code, at)
    session.note(SUBMISSIONS, standing, "grant_late_access", at)
    return code


def redeem_late_access(session: Session, submission_id: UUID, text: str) -> Submission:
    """From now on the submission follows its own deadline; what had expired or was frozen is open again."""
    standing = session.lock(SUBMISSIONS, submission_id)
    at = session.now()
    if not session.holds(MEMBERS, standing.scopes):
        raise NoSuchObject
    until = repository.use_late_code(session.connection, submission_id, code_digest(text), at)
    if until is None:
        raise errors.LateCodeUnknown
    _follow(session, standing, _find(session, submission_id), until)
    session.note(SUBMISSIONS, standing, "redeem_late_access", at)
    if standing.state in {"expired", "frozen"}:
        session.apply(SUBMISSIONS, submission_id, "open_late", standing.version)
    return _find(session, submission_id)


def _follow(
    session: Session, standing: Standing[SubmissionFacts], submission: Submission, until: datetime
) -> None:
    planned = session.planned(submission.hackathon_id)
    own = {"starts": planned["starts"], CLOSE: until}
    for name, instant in own.items():
        session.set_deadline(standing.object_id, name, instant)
    repository.set_late(session.connection, standing.object_id, until)


def _hold(session: Session, submission_id: UUID) -> tuple[Standing[SubmissionFacts], datetime]:
    """A draft that the actor may work on now; a stranger does not learn whether there is one."""
    standing = session.lock(SUBMISSIONS, submission_id)
    hold_deadlines(session.connection, standing.deadlines_of)
    at = session.now()
    if not session.holds(MEMBERS, standing.scopes):
        raise NoSuchObject
    refusal = takes_part(standing.facts)
    if refusal is not None:
        raise refusal
    if standing.state not in EDITABLE:
        raise errors.SubmissionNotEditable
    _check_open(session, standing, at)
    return standing, at


def _check_open(session: Session, standing: Standing[SubmissionFacts], at: datetime) -> None:
    deadlines = hold_deadlines(session.connection, standing.deadlines_of)
    refusal = why_closed(SUBMISSION, Window(until=CLOSE), deadlines, at)
    if refusal is not None:
        raise refusal


def _find(session: Session, submission_id: UUID) -> Submission:
    return existing(repository.find_submission(session.connection, submission_id))
