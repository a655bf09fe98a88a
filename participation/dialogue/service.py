"""Sessions: announced, held, summed up, amended by those who were there, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from casework.access.model import Scope, ScopeKind
from casework.admission import seats
from casework.admission import service as admission
from casework.admission.attending import find_attended, list_heard
from casework.admission.model import NewRoll
from casework.decisions import service as decisions
from casework.decisions.model import Draft, Texts
from casework.journeys.mails import mails_to_heard
from casework.journeys.model import Asked, Heard, Node, Said
from casework.journeys.texts import find_said, get_said
from casework.outbox.model import Field, Template
from casework.people.model import Names
from casework.programme import Session
from casework.reach.service import Reaches
from casework.statements.service import Statements
from casework.statistics.settings import StatisticsSettings
from casework.themes.rules import sentences
from casework.workflow.errors import NoSuchObject, check_all, existing
from casework.workflow.model import Binding, Moved
from casework.working_time.model import Calendar
from participation.dialogue import errors, repository
from participation.dialogue.machine import (
    AMEND_ENDS,
    BEGINS,
    ENDS,
    FACILITATORS,
    PROGRAMME,
    SESSION,
    SUBJECTS,
    SUMMARY_DUE,
)
from participation.dialogue.model import (
    FOLLOWED_AT,
    KIND,
    PACKAGE,
    Amendment,
    Facts,
    NewRecommendation,
    Plan,
    Recommendation,
    Talk,
    Times,
)
from participation.dialogue.repository import New
from participation.dialogue.rules import (
    FIELDS,
    has_passage,
    scopes_of,
    wrong_plan,
    wrong_recommendation,
    wrong_texts,
)
from participation.dialogue.settings import DialogueSettings


def create(session: Session, plan: Plan, times: Times) -> UUID:
    """A draft, by whoever leads it."""
    session.require(FACILITATORS, ())
    _check(session, plan, times)
    session_id, at = session.new_id(), session.now()
    repository.store_talk(session.connection, New(session_id, session.actor.person_id, at), plan)
    session.note(SESSIONS, session.look(SESSIONS, session_id), "create", at)
    session.plan(SESSIONS, session_id, {BEGINS: times.begins, ENDS: times.ends})
    return session_id


def edit(session: Session, session_id: UUID, plan: Plan, times: Times, seen_version: int) -> None:
    """Until it is announced: people register for what it says."""
    standing = session.hold(SESSIONS, session_id, FACILITATORS, seen_version)
    if standing.state != "draft":
        raise errors.SessionFixed
    _check(session, plan, times)
    repository.edit_talk(session.connection, session_id, plan)
    session.note(SESSIONS, standing, "edit", session.now())
    session.plan(SESSIONS, session_id, {BEGINS: times.begins, ENDS: times.ends})


def move(
    session: Session, session_id: UUID, event: str, seen_version: int | None, reason: str | None = None
) -> Moved:
    """Every step; what follows from it, follows."""
    return session.apply(SESSIONS, session_id, event, seen_version, reason)


def write_summary(
    session: Session, session_id: UUID, texts: Texts, recording_link: str, seen_version: int
) -> None:
    """What was said, also as amendments change it, until it is published."""
    settings = session.of(DialogueSettings)
    check_all(wrong_texts("summary", texts, settings.summary_characters_max))
    check_all(FIELDS.wrong_link("recording_link", recording_link, settings.link_characters_max))
    _hold(session, session_id, ("held", "summary_open"), seen_version)
    repository.write_summary(session.connection, session_id, texts.stripped, recording_link)
    _note(session, session_id, "write_summary")


def write_none(session: Session, session_id: UUID, texts: Texts, seen_version: int) -> None:
    """Why nothing is recommended."""
    check_all(wrong_texts("none_because", texts, session.of(DialogueSettings).text_characters_max))
    _hold(session, session_id, ("summary_open",), seen_version)
    repository.write_none(session.connection, session_id, texts.stripped)
    _note(session, session_id, "write_none")


def propose(session: Session, session_id: UUID, proposed: str, reason: str) -> None:
    """What the summary should say instead, by somebody who was there, while it is open; :class:`WasNotThere`."""
    standing, limits = session.lock(SESSIONS, session_id), session.of(DialogueSettings)
    seat_id = find_attended(session, session_id)
    if seat_id is None:
        raise errors.WasNotThere
    ends = session.planned(session_id).get(AMEND_ENDS)
    if standing.state != "summary_open" or ends is None or ends <= session.now():
        raise errors.SummaryNotOpen
    FIELDS.check_text("proposed", proposed, limits.text_characters_max)
    FIELDS.check_text("reason", reason, limits.text_characters_max)
    if repository.count_amendments(session.connection, session_id, seat_id) >= limits.amendments_max:
        raise errors.AmendmentsFull(amendments_max=limits.amendments_max)
    new = New(session.new_id(), seat_id, session.now())
    repository.propose(session.connection, new, session_id, proposed.strip(), reason.strip())
    session.note(SESSIONS, standing, "propose", new.at)


def settle(session: Session, session_id: UUID, amendment_id: UUID, answer: str, *, is_taken: bool) -> None:
    """Take or refuse what was proposed, with a reason that everybody reads."""
    FIELDS.check_text("answer", answer, session.of(DialogueSettings).text_characters_max)
    _hold(session, session_id, ("summary_open",), None)
    talk = New(session_id, None, session.now())
    if not repository.settle(session.connection, talk, amendment_id, answer.strip(), is_taken=is_taken):
        raise errors.AmendmentSettled
    _note(session, session_id, "take_amendment" if is_taken else "refuse_amendment")


def recommend(session: Session, session_id: UUID, said: NewRecommendation) -> UUID:
    """Draft what follows; it is a decision once a second person agrees."""
    _hold(session, session_id, ("summary_open", "published"), None)
    _check_recommendation(session, session_id, said)
    new = New(session.new_id(), session.actor.person_id, session.now())
    repository.recommend(session.connection, new, session_id, said)
    _note(session, session_id, "recommend")
    return new.object_id


def drop(session: Session, session_id: UUID, recommendation_id: UUID) -> None:
    """A draft with which nobody has agreed."""
    _hold(session, session_id, ("summary_open", "published"), None)
    repository.drop_recommendation(session.connection, session_id, recommendation_id)
    _note(session, session_id, "drop_recommendation")


def agree(session: Session, session_id: UUID, recommendation_id: UUID) -> UUID:
    """The second person: it becomes a decision, which its owner has to answer until a day that everybody sees."""
    standing = session.hold(SESSIONS, session_id, PROGRAMME)
    ends = session.planned(session_id).get(AMEND_ENDS)
    is_fixed = standing.state == "published" or (
        standing.state == "summary_open" and ends is not None and ends <= session.now()
    )
    if not is_fixed:
        raise errors.SummaryNotOpen
    drafts = repository.find_recommendations(session.connection, session_id, is_staff=True)
    draft = existing(next((one for one in drafts if one.recommendation_id == recommendation_id), None))
    if draft.decision_id is not None:
        return draft.decision_id
    if draft.drafted_by == session.person_id:
        raise errors.AgreedBySame
    # Amendments may have changed the words that it follows from.
    _check_recommendation(session, session_id, draft.said)
    decision_id = _decide(session, session_id, draft.said)
    repository.agree(session.connection, recommendation_id, session.person_id, decision_id)
    _note(session, session_id, "agree")
    return decision_id


def get_talk(session: Session, session_id: UUID) -> Talk:
    """What was announced for everybody, drafts for those who lead it; else :class:`NoSuchObject`."""
    talk = _talk(session, session_id)
    if talk.announced_at is None and not session.holds(FACILITATORS, scopes_of(session_id)):
        raise NoSuchObject
    return talk


def require_lead(session: Session, session_id: UUID) -> None:
    """:class:`NotAllowed` for whoever does not lead it."""
    _ = get_talk(session, session_id)
    session.require(FACILITATORS, scopes_of(session_id))


def list_talks(
    session: Session, states: Collection[str], after: UUID | None = None
) -> tuple[list[Talk], UUID | None]:
    """A page in these states, the newest first, and after which the next begins; drafts for those who lead everywhere."""
    rows, is_staff = session.of(DialogueSettings).page_rows_max, session.holds(FACILITATORS, ())
    found = repository.find_talks(session.connection, tuple(states), after, rows + 1, is_staff=is_staff)
    return found[:rows], found[rows - 1].session_id if len(found) > rows else None


def list_amendments(session: Session, session_id: UUID) -> list[Amendment]:
    """All of them, also those that were refused."""
    is_open = get_talk(session, session_id).is_summary_open
    return repository.find_amendments(session.connection, session_id) if is_open else []


def list_recommendations(session: Session, session_id: UUID) -> list[Recommendation]:
    """With whose they are, until when and how they stand; drafts for those who lead it."""
    is_staff = session.holds(FACILITATORS, scopes_of(session_id))
    return repository.find_recommendations(session.connection, session_id, is_staff=is_staff)


def list_taken_up(session: Session, session_id: UUID) -> list[Said]:
    """Ideas of residents about it that can be taken up, the newest first."""
    found = find_said(session, Asked(session.of(StatisticsSettings).notes_max, session_id))
    return [one for one in found if not one.is_over][: session.of(DialogueSettings).page_rows_max]


def list_subjects(session: Session) -> Mapping[UUID, Names]:
    """What residents can write ideas about, the newest first."""
    found, _ = list_talks(session, SUBJECTS)
    return {one.session_id: one.plan.titles for one in found}


def list_notes(session: Session, session_id: UUID) -> dict[UUID, str]:
    """What was written about its question, to be sorted into themes: ideas that were admitted, the sentences of its summary (in
    Arabic) and what should stand there instead, in an order that says nothing. All of it is public already.
    """
    talk, most = get_talk(session, session_id), session.of(StatisticsSettings).notes_max
    ideas = find_said(session, Asked(most, session_id))
    notes = {one.node.object_id: f"{one.title}\n{one.body}" for one in ideas}
    if talk.is_summary_open:
        notes |= {one.amendment_id: one.proposed for one in list_amendments(session, session_id)}
        notes |= {uuid5(session_id, one): one for one in sentences(talk.summary.ar)}
    return dict(sorted(notes.items())[:most])


def list_present(session: Session, session_id: UUID) -> Iterator[Heard]:
    """Those who were there."""
    return list_heard(session, session_id, f"/dialogue/{session_id}", FOLLOWED_AT.format(session_id))


def follow_from(session: Session, moved: Moved) -> None:
    """What follows from a step, whoever has taken it, the clock too."""
    effect = _EFFECTS.get(moved.event)
    if effect is not None:
        effect(session, _talk(session, moved.object_id), moved)


def _announced(session: Session, talk: Talk, _: Moved) -> None:
    """From now on there are seats."""
    scope = Scope(ScopeKind.SESSION, talk.session_id)
    new = NewRoll(
        KIND,
        talk.plan.titles,
        scope,
        seats=talk.plan.seats,
        closes_at=talk.begins_at,
        ends_at=talk.ends_at,
    )
    admission.open_roll(session, talk.session_id, new)


def _ended(session: Session, talk: Talk, _: Moved) -> None:
    minutes = session.of(DialogueSettings).summary_days * session.of(Calendar).day_minutes
    session.allow(talk.session_id, SUMMARY_DUE, minutes)


def _summed_up(session: Session, talk: Talk, moved: Moved) -> None:
    ends = moved.at + timedelta(days=session.of(DialogueSettings).amend_days)
    session.set_deadline(talk.session_id, AMEND_ENDS, ends)
    _tell(session, talk, moved, "summary_open", amend_ends=ends)


def _published(session: Session, talk: Talk, moved: Moved) -> None:
    _tell(session, talk, moved, "published")


def _tell(session: Session, talk: Talk, moved: Moved, name: str, **fields: Field) -> None:
    """Those who were there."""
    people, title = list_present(session, talk.session_id), talk.plan.titles.shown
    session.send(mails_to_heard(session, people, Template(PACKAGE, name), title=title, **fields), moved)


def _cancelled(session: Session, talk: Talk, _: Moved) -> None:
    """Whoever holds a seat or waits for one is told by admission."""
    if talk.announced_at is not None:
        seats.cancel_all(session, talk.session_id)


_EFFECTS: Final[Mapping[str, Callable[[Session, Talk, Moved], None]]] = {
    "announce": _announced,
    "end": _ended,
    "open_summary": _summed_up,
    "publish": _published,
    "cancel": _cancelled,
}


def _decide(session: Session, session_id: UUID, said: NewRecommendation) -> UUID:
    talk = _talk(session, session_id)
    ideas = [get_said(session, one) for one in said.ideas]
    heard = {
        "heard_ar": "\n".join(filter(None, (said.passage_ar, *(f"«{one.title}»" for one in ideas)))),
        "heard_en": "\n".join(filter(None, (said.passage_en, *(f"“{one.title}”" for one in ideas)))),
    }
    draft = Draft(title_ar=said.title_ar, title_en=said.title_en, governorate=talk.plan.governorate, **heard)
    grounds = [Node(KIND, session_id), *(one.node for one in ideas)]
    texts = Texts(ar=said.text_ar, en=said.text_en)
    return decisions.entrust(session, draft, grounds, texts, talk.plan.decider_id)


def _check_recommendation(session: Session, session_id: UUID, said: NewRecommendation) -> None:
    """It stands on words of the summary, or on ideas that everybody sees."""
    check_all(wrong_recommendation(said, session.of(DialogueSettings)))
    talk = _talk(session, session_id)
    pairs = {
        "passage_ar": (talk.summary.ar, said.passage_ar),
        "passage_en": (talk.summary.en, said.passage_en),
    }
    for field, (summary, passage) in pairs.items():
        if not has_passage(summary, passage):
            raise FIELDS.wrong(field, talk.plan.title_ar if field.endswith("ar") else talk.plan.title_en)
    for idea_id in said.ideas:
        _ = get_said(session, idea_id)


def _check(session: Session, plan: Plan, times: Times) -> None:
    check_all(wrong_plan(plan, times, session.of(DialogueSettings), session.now()))
    if not decisions.is_agency(session, plan.decider_id):
        raise errors.DeciderUnknown


def _hold(session: Session, session_id: UUID, states: Collection[str], seen_version: int | None) -> None:
    """One in these states, for those who lead it."""
    if session.hold(SESSIONS, session_id, FACILITATORS, seen_version).state not in states:
        raise errors.SessionFixed


def _note(session: Session, session_id: UUID, event: str) -> None:
    session.note(SESSIONS, session.look(SESSIONS, session_id), event, session.now())


def _talk(session: Session, session_id: UUID) -> Talk:
    return existing(repository.find_talk(session.connection, session_id))


SESSIONS: Binding[Facts] = Binding(
    SESSION,
    repository.QUERIES["lock"],
    repository.read,
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    called=repository.QUERIES["called"],
    after=follow_from,
)
REACH: Final = Reaches(SESSIONS, FACILITATORS)


def _quote(session: Session, session_id: UUID, idea_id: UUID) -> None:
    """Words of an idea that was admitted, of this session."""
    idea = get_said(session, idea_id)
    if not idea.is_open or idea.about != session_id:
        raise NoSuchObject


STATEMENTS: Final = Statements(
    KIND,
    SESSIONS,
    FACILITATORS,
    frozenset({"registration", "live", "held", "summary_open"}),
    get_talk,
    _quote,
)
