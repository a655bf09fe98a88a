"""Results: computed from what was handed in, prepared quietly, released, and final when appeals are over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved
from citycore.store.connections import Connection
from hackathon.contest.hackathons.machine import CONCLUDED
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_scores
from hackathon.contest.judging.feedback import Feedback, feedback
from hackathon.contest.judging.model import Panel
from hackathon.contest.judging.ranking import PanelDecision
from hackathon.contest.judging.results import PanelResults, PanelWork, panel_results
from hackathon.contest.jury.panels import room_of
from hackathon.contest.jury.repository import find_judges, find_sheets, find_terms
from hackathon.contest.results import errors, repository
from hackathon.contest.results.errors import check_text
from hackathon.contest.results.machine import STAFF
from hackathon.contest.results.model import Continuation, Entry, Outcome, Placing, ResultSet
from hackathon.contest.results.settings import ResultSettings
from hackathon.contest.results.voting import booth_of
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.repository import find_submission
from hackathon.contest.teams.machine import MEMBERS

_PREPARED_IN = frozenset({"deliberation", "results_provisional"})
#: From the first release on; results of what is called off afterwards hold no more.
TOLD_IN = CONCLUDED | {"results_provisional"}
#: Places that count as having won.
_PODIUM = 3
_SEED_BYTES = 32


def prepare(session: Session, hackathon_id: UUID) -> ResultSet:
    """Compute the results of the last round, for organisers to look at; nobody else sees them.

    :class:`JudgingPanelDisconnected` names the sheets that would connect a panel. After an appeal that was
    upheld, or a decision about a tie, it is done anew.
    """
    hackathon = _held(session, hackathon_id)
    at = session.now()
    placings = tuple(
        placing
        for panel in _panels(session, hackathon)
        if (results := panel_results(panel)) is not None
        for placing in _placings(session, results)
    )
    if not placings:
        raise errors.NothingScored
    number = repository.next_number(session.connection, hackathon_id)
    prepared = ResultSet(
        session.new_id(), hackathon_id, number, session.actor.person_id, at, None, None, placings
    )
    repository.store_set(session.connection, prepared)
    _note(session, hackathon_id, "prepare_results")
    return prepared


def decide_tie(session: Session, hackathon_id: UUID, track: str, order: Sequence[UUID], reason: str) -> None:
    """The jury's order of those who share a place, with its reason; :class:`JudgingDecisionDoesNotFit` for others."""
    check_text(reason, session.of(ResultSettings).reason_characters_max)
    decision = PanelDecision(order=tuple(map(str, order)), reason=reason)
    hackathon = _held(session, hackathon_id)
    panels = list(_panels(session, hackathon, track, decision))
    if not panels:
        raise NoSuchObject
    for panel in panels:
        panel_results(panel)
    session.connection.execute(
        repository.QUERIES["store_decision"],
        {
            "decision_id": session.new_id(),
            "hackathon_id": hackathon_id,
            "round": hackathon.round,
            "track": track,
            "ranking": list(order),
            "reason": reason,
            "decided_by": session.actor.person_id,
            "at": session.now(),
        },
    )
    _note(session, hackathon_id, "decide_tie")


def release(session: Session, hackathon_id: UUID, seen_number: int) -> ResultSet:
    """Tell the results that were prepared last, as provisional; ``seen_number`` is the one that was looked at.

    :class:`NotTheNewest` where that is another one by now.
    """
    hackathon = _held(session, hackathon_id)
    newest = repository.find_newest(session.connection, hackathon_id, released=False)
    if newest is None or newest.number != seen_number or newest.released_at is not None:
        raise errors.NotTheNewest
    at = session.now()
    seed = session.programme.random(_SEED_BYTES)
    session.connection.execute(repository.QUERIES["keep_seed"], {"hackathon_id": hackathon_id, "seed": seed})
    if hackathon.state == "deliberation":
        session.apply(HACKATHONS, hackathon_id, "publish_provisional", hackathon.version)
    repository.release(session.connection, newest.result_set_id, session.actor.person_id, at)
    _note(session, hackathon_id, "release_results")
    return newest


def finalise(session: Session, hackathon_id: UUID, seen_version: int) -> Moved:
    """Make them final, when appeals have closed and every one is answered."""
    return session.apply(HACKATHONS, hackathon_id, "finalise", seen_version)


def find_results(session: Session, hackathon_id: UUID) -> ResultSet | None:
    """What holds now, for everybody; judges do not find teams that they have a conflict with."""
    hackathon, hidden = get_hackathon(session, hackathon_id), hidden_scores(session, hackathon_id)
    if hackathon.state not in TOLD_IN:
        return None
    return repository.find_newest(session.connection, hackathon_id, released=True, hidden=hidden)


def list_entries(session: Session, hackathon_id: UUID) -> dict[UUID, Entry]:
    """What the contest is about, by its key, for whoever may know it; nothing before judging begins."""
    get_hackathon(session, hackathon_id)
    hidden = hidden_scores(session, hackathon_id)
    return repository.find_entries(session.connection, hackathon_id, hidden)


def find_outcome(session: Session, submission: Submission) -> Outcome:
    """What results say about a submission that the actor was found to see, as far as the actor may know that too."""
    hackathon_id = submission.hackathon_id
    hidden = hidden_scores(session, hackathon_id)
    entries = repository.find_entries(session.connection, hackathon_id, hidden, submission.submission_id)
    if submission.submission_id not in entries:
        return Outcome(None, None, None)
    found = None
    if submission.hackathon_state in TOLD_IN:
        found = repository.find_newest(session.connection, hackathon_id, released=True, hidden=hidden)
    return Outcome(entries[submission.submission_id], found, booth_of(session, submission))


def has_won(connection: Connection, submission: Submission) -> bool:
    """Whether results are final and it was a finalist or holds one of the first places: then it goes on to a call, or
    to a pilot.
    """
    if submission.hackathon_state not in CONCLUDED:
        return False
    if submission.state == "finalist":
        return True
    results = repository.find_newest(connection, submission.hackathon_id, released=True)
    places = () if results is None else results.placings
    return any(one.submission_id == submission.submission_id and one.place <= _PODIUM for one in places)


def find_prepared(session: Session, hackathon_id: UUID) -> ResultSet | None:
    """What was prepared last, for organisers; likewise."""
    session.require(STAFF, scopes_of(hackathon_id))
    hidden = hidden_scores(session, hackathon_id)
    return repository.find_newest(session.connection, hackathon_id, released=False, hidden=hidden)


def get_feedback(session: Session, submission_id: UUID) -> list[Feedback]:
    """What the judges wrote about a submission, round by round, for its team, once results are told."""
    submission = find_submission(session.connection, submission_id)
    if submission is None or submission.hackathon_state not in TOLD_IN:
        raise NoSuchObject
    if not holds_any(session.actor, MEMBERS, [Scope(ScopeKind.TEAM, submission.team_id)]):
        raise NoSuchObject
    hackathon = get_hackathon(session, submission.hackathon_id)
    seed = repository.find_seed(session.connection, submission.hackathon_id)
    given = []
    for number in range(1, hackathon.round + 1):
        terms = find_terms(session.connection, submission.hackathon_id, number)
        sheets = [one.sheet for one in find_sheets(session.connection, submission.hackathon_id, number)]
        if terms is not None:
            secret = f"{seed}/{number}"
            given.append(feedback(terms.rubric, str(submission_id), sheets, secret_seed=secret))
    return [one for one in given if one.sheets]


def note_continuation(session: Session, submission_id: UUID, kind: Continuation, reference: str) -> None:
    """Where a submission goes on: a call, a pilot, the marketplace; ``reference`` is free text or an address."""
    check_text(reference, session.of(ResultSettings).reference_characters_max)
    submission = _seen(session, submission_id)
    session.require(STAFF, scopes_of(submission.hackathon_id))
    if submission.hackathon_state not in CONCLUDED:
        raise errors.NotConcluded
    noted = kind, reference.strip()
    repository.add_continuation(session.connection, session.new_id(), submission_id, noted, session.now())
    _note(session, submission.hackathon_id, "note_continuation")


def list_continuations(session: Session, submission_id: UUID) -> list[tuple[Continuation, str]]:
    """Where a submission went on; everybody may know."""
    return repository.find_continuations(session.connection, _seen(session, submission_id).submission_id)


def _seen(session: Session, submission_id: UUID) -> Submission:
    """One whose scores are not hidden from the actor; :class:`NoSuchObject`."""
    submission = find_submission(session.connection, submission_id)
    if submission is None or submission.team_id in hidden_scores(session, submission.hackathon_id):
        raise NoSuchObject
    return submission


def _held(session: Session, hackathon_id: UUID) -> Hackathon:
    """The hackathon, ours until the transaction ends, for organisers without a conflict of interest."""
    standing = session.hold(HACKATHONS, hackathon_id, STAFF)
    # Results are about all teams: who must not know of one of them cannot make them.
    if hidden_scores(session, hackathon_id):
        raise NotAllowed
    if standing.state not in _PREPARED_IN:
        raise errors.NotDeliberating
    return get_hackathon(session, hackathon_id)


def _panels(
    session: Session, hackathon: Hackathon, only: str | None = None, more: PanelDecision | None = None
) -> Iterator[PanelWork]:
    hackathon_id, number = hackathon.hackathon_id, hackathon.round
    terms = find_terms(session.connection, hackathon_id, number)
    if terms is None:
        raise errors.NothingScored
    sheets = find_sheets(session.connection, hackathon_id, number)
    own = [one.sheet for one in sheets]
    standing = {
        str(submission_id) for submission_id in repository.find_standing(session.connection, hackathon_id)
    }
    room = room_of(session.connection, hackathon_id, find_judges(session.connection, hackathon_id), sheets)
    for track in sorted({one.track for one in sheets}):
        if only in {None, track}:
            decisions = repository.find_decisions(session.connection, hackathon_id, number, track)
            yield PanelWork(
                rubric=terms.rubric,
                panel=Panel(str(number), track),
                sheets=own,
                standing=standing,
                decisions=(*decisions, *(() if more is None else (more,))),
                room=room,
            )


def _placings(session: Session, results: PanelResults) -> Iterator[Placing]:
    raw_places = {one: place.number for place in results.raw_ranking for one in place.submissions}
    flagged = {change.place for change in results.podium_changes}
    scores = {score.submission: score for score in results.scores.submissions}
    for place in results.ranking:
        for name in sorted(place.submissions):
            score, submission = scores[name], find_submission(session.connection, UUID(name))
            assert submission is not None
            yield Placing(
                results.panel.track,
                UUID(name),
                submission.team_id,
                place.number,
                raw_places[name],
                score.normalised,
                score.raw,
                score.spread,
                score.sheets,
                place.below_by,
                place.number in flagged,
            )


def _note(session: Session, hackathon_id: UUID, event: str) -> None:
    standing = session.lock(HACKATHONS, hackathon_id)
    session.note(HACKATHONS, standing, event, session.now())
