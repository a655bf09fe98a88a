"""Surveys for those who ask, for those who read what is asked and publish what was found, and for the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from casework.access.model import ScopeKind
from casework.access.rules import objects_of
from casework.admission.model import Channel
from casework.counting.asking import Asked, Asking
from casework.counting.model import Targets
from casework.counting.weighting import Fault, read_targets
from casework.decisions.machine import ANSWER_DUE
from casework.decisions.model import Decision
from casework.decisions.service import get_decision, hear, is_agency, list_agencies
from casework.forms import service as forms
from casework.forms.questionnaires import Form
from casework.journeys.model import Node
from casework.listeners import service as listeners
from casework.lists.model import DeskList, Sort, one_of
from casework.organisations.speakers import mails_to_officers
from casework.outbox.model import Field, Mail, Template
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, check_all, existing
from casework.workflow.model import Binding, Extension, Moved
from casework.workflow.wording import day_text
from citycore.clock import CITY_ZONE, day_end, day_start, month_later
from citycore.language import Language
from participation.surveys import errors, repository
from participation.surveys.machine import (
    AUTHORS,
    BEFORE,
    CLOSES,
    EDITABLE,
    OPENS,
    OVER,
    PROGRAMME,
    PUBLIC,
    SURVEY,
    WEIGHTABLE,
)
from participation.surveys.model import KIND, PACKAGE, Dates, Description, Facts, Rated, Survey
from participation.surveys.repository import NewSurvey
from participation.surveys.rules import (
    FIELDS,
    decision_of,
    wrong_dates,
    wrong_fields,
)
from participation.surveys.settings import SurveySettings


def _asked(survey: Survey) -> Asked:
    return Asked(
        object_id=survey.survey_id,
        version=survey.version,
        titles=survey.titles,
        sampling=survey.description.sampling,
        channels=survey.description.channels,
        form_version=survey.form_version,
        form_digest=survey.form_digest,
        opens=survey.opens,
        closes=survey.closes,
        targets=survey.targets,
        release_id=survey.release_id,
        is_set_up=survey.state in WEIGHTABLE,
        is_open=survey.state == "open",
        is_over=survey.state in OVER,
        is_counted=survey.state == "counted",
    )


def create(
    session: Session, agency_id: UUID, description: Description, follows_id: UUID | None = None
) -> UUID:
    """A draft, by those who speak for the agency that asks, or by the programme for it."""
    if agency_id not in {one for one, _ in list_own_agencies(session)}:
        raise errors.SurveyAgencyUnknown
    _check(session, description)
    survey_id, at = session.new_id(), session.now()
    new = NewSurvey(survey_id, agency_id, session.actor.person_id, follows_id, at)
    repository.store_survey(session.connection, new, description)
    session.note(SURVEYS, session.look(SURVEYS, survey_id), "create", at)
    return survey_id


def edit(session: Session, survey_id: UUID, description: Description, seen_version: int) -> None:
    """What it is about, while it is a draft."""
    _hold_draft(session, survey_id, seen_version)
    _check(session, description)
    repository.edit(session.connection, survey_id, description)
    session.note(SURVEYS, session.look(SURVEYS, survey_id), "edit", session.now())


def plan(session: Session, survey_id: UUID, dates: Dates, seen_version: int) -> None:
    """When it opens and closes, while it is a draft."""
    _hold_draft(session, survey_id, seen_version)
    check_all(wrong_dates(dates, session.of(SurveySettings), session.now()))
    session.plan(SURVEYS, survey_id, {OPENS: dates.opens, CLOSES: dates.closes})
    repository.touch(session.connection, survey_id)


def write_form(session: Session, survey_id: UUID, form: Form, seen_version: int | None) -> None:
    """What is asked, sound or not, while it is a draft; ``seen_version`` is that of the draft of the form."""
    _hold_draft(session, survey_id, None)
    forms.save_draft(session, survey_id, form, seen_version)


def move(
    session: Session, survey_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """A step that needs nothing but itself. What is submitted can be asked."""
    if event == "submit":
        _sound_form(session, survey_id)
    return session.apply(SURVEYS, survey_id, event, seen_version, reason)


def schedule(session: Session, survey_id: UUID, seen_version: int) -> Moved:
    """Fix what is asked by its digest and let the clock open it; by somebody who has not written it."""
    session.hold(SURVEYS, survey_id, PROGRAMME, seen_version)
    form = existing(forms.find_draft(session, survey_id)).fields
    version = forms.freeze(session, survey_id, form)
    repository.fix(session.connection, survey_id, version.version, version.digest)
    return session.step(SURVEYS, session.look(SURVEYS, survey_id), "schedule", seen_version)


def weigh(session: Session, survey_id: UUID, typed: Mapping[str, str], seen_version: int) -> None:
    """By which shares of the public answers are to be weighted, in percent by ``QUESTION.ANSWER``, and where those are from; nothing
    at all for no weights. Once the questions are fixed and before it closes. :class:`SurveyWeightsWrong`.
    """
    session.hold(SURVEYS, survey_id, AUTHORS, seen_version)
    survey = _found(session, survey_id)
    if survey.state not in WEIGHTABLE:
        raise errors.SurveyNotEditable
    targets, faults = read_weights(session, survey, typed)
    if faults:
        raise errors.SurveyWeightsWrong
    repository.keep_weights(session.connection, survey_id, targets)
    questions = ",".join(targets.shares) if targets else ""
    session.note(SURVEYS, session.look(SURVEYS, survey_id), "weigh", session.now(), questions=questions)


def read_weights(
    session: Session, survey: Survey, typed: Mapping[str, str]
) -> tuple[Targets | None, Mapping[str, Fault]]:
    """What was typed, and what stands against it by field."""
    form = ASKING.get_form(session, survey).fields
    return read_targets(form, typed, session.of(SurveySettings).source_characters_max)


def extend(session: Session, survey_id: UUID, closes: datetime, reason: str) -> Extension:
    """Let it be open for longer, which everybody sees; not beyond what was promised."""
    survey = _found(session, survey_id)
    if survey.state not in ("scheduled", "open"):
        raise errors.SurveyNotEditable
    if closes >= day_end(survey.description.promised_on, CITY_ZONE):
        raise errors.SurveyNotTimely
    return session.extend(SURVEYS, survey_id, CLOSES, closes, reason)


def publish(session: Session, survey_id: UUID, seen_version: int) -> Moved:
    """Release what was counted, and enter what is to be decided about it; by somebody who neither wrote it nor chose quotes."""
    session.hold(SURVEYS, survey_id, PROGRAMME, seen_version)
    survey, draft = _found(session, survey_id), ASKING.get_figures(session, survey_id)
    if draft is None:
        raise errors.SurveyWithoutFigures
    release = ASKING.release(session, draft)
    decision_id = hear(session, decision_of(survey, draft), [Node(KIND, survey_id)])
    session.set_deadline(decision_id, ANSWER_DUE, day_end(survey.description.promised_on, CITY_ZONE))
    repository.keep_published(session.connection, survey_id, release.release_id, decision_id)
    moved = session.step(SURVEYS, session.look(SURVEYS, survey_id), "publish", seen_version)
    survey = _found(session, survey_id)
    said, decider_id = _said(session, survey), survey.description.decider_id
    found, to_decide = Template(PACKAGE, "found"), Template(PACKAGE, "to_decide")
    session.send(listeners.mails_to_listeners(session, survey_id, found, said), moved.at)
    session.send(mails_to_officers(session, to_decide, decider_id, **said), moved.at)
    return moved


def issue_codes(session: Session, survey_id: UUID, number: int) -> tuple[list[str], Survey]:
    """Codes that each count once, told now and never again, for those who are asked."""
    survey = ASKING.set_up(session, survey_id, Channel.TOKEN)
    if not 1 <= number <= session.of(SurveySettings).sheet_codes_max:
        raise FIELDS.wrong("number", f"1–{session.of(SurveySettings).sheet_codes_max}")
    return ASKING.issue_codes(session, survey_id, number), survey


def begin_wave(session: Session, survey_id: UUID) -> UUID:
    """Ask the same a month later: a draft with the form, the dates and what is promised moved on."""
    session.hold(SURVEYS, survey_id, AUTHORS)
    before = _found(session, survey_id)
    if any(one.follows_id == survey_id for one in repository.find_waves(session.connection, survey_id)):
        raise errors.SurveyWaveBegun
    promised = month_later(day_start(before.description.promised_on, CITY_ZONE), CITY_ZONE)
    description = replace(before.description, promised_on=promised.date())
    wave_id = create(session, before.agency_id, description, survey_id)
    form = forms.find_draft(session, survey_id)
    if form is not None:
        forms.save_draft(session, wave_id, form.fields, None)
    if before.opens is not None and before.closes is not None:
        planned = {OPENS: month_later(before.opens, CITY_ZONE), CLOSES: month_later(before.closes, CITY_ZONE)}
        if planned[OPENS] > session.now():
            session.plan(SURVEYS, wave_id, planned)
    return wave_id


def get_survey(session: Session, survey_id: UUID) -> Survey:
    """What everybody may know of, and drafts for those who have to do with them; else :class:`NoSuchObject`."""
    found = _found(session, survey_id)
    if found.state not in PUBLIC and not is_staff(session, survey_id):
        raise NoSuchObject
    return found


def get_own(session: Session, survey_id: UUID) -> Survey:
    """For those who speak for whoever asks, and for the programme."""
    if not is_staff(session, survey_id):
        raise NoSuchObject
    return _found(session, survey_id)


def list_public(
    session: Session, states: tuple[str, ...], after: UUID | None = None
) -> tuple[list[Survey], UUID | None]:
    """The newest first."""
    rows = session.of(SurveySettings).page_rows_max
    found = repository.find_surveys(session.connection, states, after, rows + 1)
    return found[:rows], found[rows - 1].survey_id if len(found) > rows else None


def _desk_values(session: Session) -> dict[str, object]:
    own = agencies_of(session)
    if own == ():
        raise NotAllowed
    return {"agencies": None if own is None else list(own)}


#: Those of the agencies that the actor speaks for, the newest first; for the programme all.
DESK: Final = DeskList(
    repository.QUERIES["desk"],
    "survey_id",
    _desk_values,
    sorts={
        "begun": Sort("listed.created_at", "instant"),
        "since": Sort("listed.state_changed_at", "instant"),
    },
    first="-begun",
    filters=(one_of("state", "listed.state", tuple(one.name for one in SURVEY.states)),),
)


def list_own_agencies(session: Session) -> list[tuple[UUID, Names]]:
    """For which the actor may ask."""
    own = agencies_of(session)
    return [(one, names) for one, names in list_agencies(session) if own is None or one in own]


def agencies_of(session: Session) -> tuple[UUID, ...] | None:
    """Whose surveys are the actor's to look after: None for all, nothing for whoever asks for nobody."""
    if session.holds(PROGRAMME, ()):
        return None
    return tuple(objects_of(session.actor.at(session.now()), AUTHORS, ScopeKind.ORGANISATION))


def is_staff(session: Session, survey_id: UUID) -> bool:
    """Whether the actor looks after it."""
    return session.holds(AUTHORS, session.look(SURVEYS, survey_id).scopes)


def listen(session: Session, survey_id: UUID, email: str, language: Language) -> None:
    """Be told what is found; it says nothing of whether they answered."""
    survey = get_survey(session, survey_id)
    if survey.state not in BEFORE:
        raise errors.SurveyNotOpen
    listeners.listen(session, survey_id, email, language)


def list_waves(session: Session, survey_id: UUID) -> list[Survey]:
    """Those in which the same was asked, as far as everybody may know of them."""
    return repository.find_waves(session.connection, survey_id)


def find_decision(session: Session, survey: Survey) -> Decision | None:
    """What was entered to be decided, once it is published."""
    return None if survey.decision_id is None else get_decision(session, survey.decision_id)


def list_services(session: Session) -> list[Rated]:
    """How satisfied people are with each service, by channel, in the newest waves that were published."""
    return repository.find_services(session.connection, session.of(SurveySettings).service_rows_max)


def _found(session: Session, survey_id: UUID) -> Survey:
    return existing(repository.find_survey(session.connection, survey_id, session.actor.person_id))


def _hold_draft(session: Session, survey_id: UUID, seen_version: int | None) -> None:
    if session.hold(SURVEYS, survey_id, AUTHORS, seen_version).state not in EDITABLE:
        raise errors.SurveyNotEditable


def _check(session: Session, description: Description) -> None:
    check_all(wrong_fields(description, session.of(SurveySettings)))
    if not is_agency(session, description.decider_id):
        raise errors.SurveyWithoutDecider


def _sound_form(session: Session, survey_id: UUID) -> None:
    draft = forms.find_draft(session, survey_id)
    if draft is None:
        raise errors.SurveyWithoutForm
    forms.check_form(session, draft.fields)
    for one in draft.fields:
        if one.is_identifying:
            raise errors.SurveyAsksWho(question=one.code)


def _follow(session: Session, moved: Moved) -> None:
    """What follows from a step, whoever has taken it."""
    effect = _EFFECTS.get(moved.event)
    survey = _found(session, moved.object_id)
    if effect is not None:
        effect(session, survey)
    session.send(_mails(session, survey, moved.event), moved)


def _mails(session: Session, survey: Survey, event: str) -> Iterator[Mail]:
    """Those who ask are told of these steps, whoever has taken them."""
    if event in {"return", "schedule", "open", "close", "count", "publish"}:
        said = _said(session, survey) | {"survey_link": session.link(f"/desk/surveys/{survey.survey_id}")}
        yield from mails_to_officers(session, Template(PACKAGE, event), survey.agency_id, **said)


def _said(session: Session, survey: Survey) -> dict[str, Field]:
    """What every mail says of it."""
    return {
        "title": survey.titles.shown,
        "promised": partial(day_text, survey.description.promised_on),
        "survey_link": session.link(f"/surveys/{survey.survey_id}"),
    }


SURVEYS: Final[Binding[Facts]] = Binding(
    SURVEY,
    repository.QUERIES["lock"],
    repository.read,
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    called=repository.QUERIES["called"],
    after=_follow,
    limits=SurveySettings,
)
#: Surveys as what people are asked so that nobody can know what they said.
ASKING: Final = Asking(
    SURVEYS,
    AUTHORS,
    KIND,
    ScopeKind.SURVEY,
    lambda session, survey_id: existing(repository.find_survey(session.connection, survey_id)),
    _asked,
    repository.QUERIES,
    errors.SurveyNotOpen,
    errors.SurveyNotOver,
    errors.SurveyNotEditable,
)
_EFFECTS: Final[Mapping[str, Callable[[Session, Survey], object]]] = {
    "schedule": ASKING.prepare,
    "open": ASKING.open_box,
    "close": ASKING.close_box,
}
