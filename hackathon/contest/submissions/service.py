"""Submissions for those who look at them and those who decide about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.dossiers.rules import record_of
from casework.files.service import path_of
from casework.lists.model import DeskList, Sort, one_of, words
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.rules import scopes_of as hackathon_scopes
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_from
from hackathon.contest.submissions import repository
from hackathon.contest.submissions.machine import MEMBERS, STAFF, SUBMISSION
from hackathon.contest.submissions.model import ALL, Content, Dossier, Page, Submission, Version, Wanted
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.rules import NOUN, document_of, is_own, may_see, scopes_of
from hackathon.contest.submissions.settings import SubmissionSettings


def get_submission(session: Session, submission_id: UUID) -> Submission:
    """One that the actor may see; :class:`NoSuchObject` for the others too. Drafts are their team's alone."""
    return _shown(session.actor, _find(session, submission_id))


def get_dossier(session: Session, submission_id: UUID) -> Dossier:
    """The same with all that belongs to it, for a page that shows all of it: it is asked once whether the actor may."""
    found = _find(session, submission_id)
    return Dossier(
        _shown(session.actor, found),
        repository.find_form(session.connection, found.hackathon_id),
        _versions(session, found),
        repository.find_files(session.connection, submission_id) if is_own(session.actor, found) else (),
    )


def list_seen(session: Session, submission_ids: Collection[UUID]) -> list[tuple[Submission, str]]:
    """Those of them that :func:`get_submission` would give, each with what it is called as it was handed in.

    Conflicts are looked for once a hackathon.
    """
    found = [
        one for one in repository.find_some(session.connection, submission_ids) if may_see(session.actor, one)
    ]
    hidden = {
        hackathon_id: hidden_from(session, hackathon_id)
        for hackathon_id in {one.hackathon_id for one in found}
    }
    seen = [one for one in found if one.team_id not in hidden[one.hackathon_id]]
    titles = repository.find_titles(session.connection, [one.submission_id for one in seen])
    return [(_shown(session.actor, one), titles.get(one.submission_id, one.draft.title)) for one in seen]


def find_own_submission(session: Session, team_id: UUID) -> Submission | None:
    """The submission of a team that the actor belongs to, if it has begun one."""
    submission_id = repository.find_of_team(session.connection, team_id)
    found = None if submission_id is None else repository.find_submission(session.connection, submission_id)
    return found if found is not None and is_own(session.actor, found) else None


def list_submissions(session: Session, hackathon_id: UUID, wanted: Wanted = ALL) -> Page:
    """All for organisers, for everybody what is public."""
    rows = min(wanted.rows, session.of(SubmissionSettings).page_rows_max)
    get_hackathon(session, hackathon_id)
    only_public = wanted.only_public or not _is_staff(session.actor, hackathon_id)
    more = replace(wanted, only_public=only_public, rows=rows + 1)
    hidden = hidden_from(session, hackathon_id)
    found = repository.find_submissions(session.connection, hackathon_id, more, hidden)
    shown = [_shown(session.actor, one) for one in found[:rows]]
    return Page(shown, shown[-1].submission_id if len(found) > rows else None)


def _desk_values(session: Session, hackathon_id: UUID) -> dict[str, object]:
    session.require(STAFF, hackathon_scopes(hackathon_id))
    return {"hackathon_id": hackathon_id, "hidden": list(hidden_from(session, hackathon_id))}


#: All of a hackathon for its organisers, the longest in their state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "submission_id",
    _desk_values,
    sorts={"since": Sort("listed.state_changed_at", "instant")},
    first="since",
    filters=(
        # Each side by an index of its own.
        words(
            "listed.search_text LIKE %(q)s OR listed.team_id = ANY (ARRAY("
            "SELECT called.team_id FROM innovation.teams AS called WHERE called.search_text LIKE %(q)s))"
        ),
        one_of("state", "listed.state", tuple(one.name for one in SUBMISSION.states)),
    ),
    binding=SUBMISSIONS,
)


def count_submissions(session: Session, hackathon_id: UUID, *, only_public: bool = False) -> dict[str, int]:
    """How many submissions the actor sees, by state."""
    get_hackathon(session, hackathon_id)
    return repository.count_submissions(
        session.connection,
        hackathon_id,
        all_of_them=not only_public and _is_staff(session.actor, hackathon_id),
        hidden=hidden_from(session, hackathon_id),
    )


def get_handed_in(session: Session, submission_id: UUID) -> Version | None:
    """What counts: the version that was handed in last."""
    _find(session, submission_id)
    return repository.find_version(session.connection, submission_id)


def list_versions(session: Session, submission_id: UUID) -> list[Version]:
    """All that was handed in, the newest first, for the team and the organisers; others see what counts."""
    return _versions(session, _find(session, submission_id))


def get_record(session: Session, submission_id: UUID, number: int) -> bytes:
    """The very bytes over which the digest of a version is, as JSON (RFC 8785); :class:`NoSuchObject`."""
    versions = {one.number: one for one in list_versions(session, submission_id)}
    if number not in versions:
        raise NoSuchObject
    version = versions[number]
    return record_of(NOUN, submission_id, number, document_of(version.content, version.files))


def list_draft_files(session: Session, submission_id: UUID) -> tuple[StoredFile, ...]:
    """The files that the next version would have, for the team."""
    if not is_own(session.actor, _find(session, submission_id)):
        raise NoSuchObject
    return repository.find_files(session.connection, submission_id)


def find_file(session: Session, submission_id: UUID, file_id: UUID) -> tuple[StoredFile, Path]:
    """A file and where its bytes lie: of the draft for the team, of what counts for who may see it.

    To be sent as an attachment under its ``media_type``, never to be shown by a browser in its own right.
    """
    submission = _find(session, submission_id)
    file = repository.find_file(session.connection, submission_id, file_id)
    handed_in = repository.find_version(session.connection, submission_id)
    is_counted = handed_in is not None and file in handed_in.files
    if file is None or not (is_counted or is_own(session.actor, submission)):
        raise NoSuchObject
    return file, path_of(file.digest, session.of(SubmissionSettings).store())


def _find(session: Session, submission_id: UUID) -> Submission:
    submission = repository.find_submission(session.connection, submission_id)
    if submission is None or not may_see(session.actor, submission):
        raise NoSuchObject
    if submission.team_id in hidden_from(session, submission.hackathon_id):
        raise NoSuchObject
    return submission


def _versions(session: Session, submission: Submission) -> list[Version]:
    versions = repository.find_versions(session.connection, submission.submission_id)
    return versions if holds_any(session.actor, MEMBERS | STAFF, scopes_of(submission)) else versions[:1]


def _shown(actor: Actor, submission: Submission) -> Submission:
    """Drafts are their team's; why something is out concerns the team and the organisers."""
    if is_own(actor, submission):
        return submission
    bare = replace(submission, draft=Content(submission.draft.title, submission.draft.summary))
    is_staff = holds_any(actor, STAFF, scopes_of(submission))
    return bare if is_staff else replace(bare, state_reason=None, late_until=None)


def _is_staff(actor: Actor, hackathon_id: UUID) -> bool:
    return holds_any(actor, STAFF, hackathon_scopes(hackathon_id))
