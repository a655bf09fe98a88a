"""Answering, and what becomes of the answers: nobody reads, counts or even learns how many there are before the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from casework.access.model import Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import Admits, Kiosk, NewRoll, Ticket
from casework.counting.model import Given
from casework.counting.rules import Counting, anonymised
from casework.counting.rules import count as count_answers
from casework.forms.carrying import answers_of, document_of
from casework.forms.model import Answers, CountedAs, FieldKind
from casework.forms.service import FormVersion, get_version
from casework.people.model import Names
from casework.programme import Session
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import Draft, Subject
from casework.statistics.releases.rules import released
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Sampling
from casework.themes import service as themes
from casework.themes.errors import NoteUnknown
from casework.unlinked_answers import service as boxes
from casework.unlinked_answers.model import NewAnswer
from casework.unlinked_answers.settings import UnlinkedSettings
from casework.workflow.errors import Refusal, existing
from participation.surveys import errors, repository
from participation.surveys.machine import OVER
from participation.surveys.model import KIND, Channel, Survey
from participation.surveys.repository import Kept
from participation.surveys.rules import draft_of
from participation.surveys.settings import SurveySettings

#: Beside the answers: they were given too fast to be read. No question can have this code.
HASTY: Final = "_hasty"
#: In which order ways to answer stand beside each other.
CHANNELS: Final = tuple(one.value for one in Channel)


def prepare(session: Session, survey: Survey) -> None:
    """Tokens can be handed out and devices set up from now on."""
    is_roll = survey.description.sampling is Sampling.ROLL
    scope = Scope(ScopeKind.SURVEY, survey.survey_id)
    admits = Admits.TOKEN if is_roll else Admits.ALL
    roll = NewRoll(KIND, survey.titles, scope, admits=admits, is_unlinked=True)
    admission.open_roll(session, survey.survey_id, roll)


def open_box(session: Session, survey: Survey) -> None:
    boxes.open_box(session, survey.survey_id)


def close_box(session: Session, survey: Survey) -> None:
    boxes.close(session, survey.survey_id)


def get_form(session: Session, survey: Survey) -> FormVersion:
    """What is asked, once it is fixed."""
    return get_version(session, survey.survey_id, existing(survey.form_version))


def answer(
    session: Session, survey: Survey, new: NewAnswer, ticket: Ticket | None = None, kiosk: Kiosk | None = None
) -> None:
    """By the way that the answer names: with a token that counts once, at a device, or as anybody.

    :class:`SurveyNotOpen`, and what stands against a token, a device or a box.
    """
    if not survey.takes(Channel(new.channel)):
        raise errors.SurveyNotOpen
    if new.channel == Channel.TOKEN:
        if ticket is None or ticket.object_id != survey.survey_id:
            raise errors.SurveyNotOpen
        boxes.put_by_token(session, ticket, new)
        return
    if new.channel == Channel.KIOSK and (kiosk is None or kiosk.object_id != survey.survey_id):
        raise errors.SurveyNotOpen
    boxes.put(session, survey.survey_id, new)


def marked(answers: Answers, *, is_hasty: bool) -> Answers:
    """With the one bit that is kept of how long it took."""
    if not is_hasty:
        return answers
    return Answers({**answers.values, HASTY: True}, answers.not_applicable, answers.not_asked)


def why_not_over(session: Session, subject: Subject) -> Refusal | None:
    """Figures may be known once it is closed, and by nobody before."""
    survey = existing(repository.find_survey(session.connection, subject.object_id))
    return None if survey.state in OVER else errors.SurveyNotOver()


def count(session: Session, survey: Survey) -> None:
    """Work out the release as it is to be, and keep it to be looked at; again after somebody has read what was written."""
    subject = Subject(KIND, survey.survey_id, "")
    draft = releases.counted(session, subject, why_not_over, lambda: _draft(session, survey))
    given = [one.answers for one in _given(session, survey)]
    form = get_form(session, survey).fields
    alike = anonymised(form, given, session.of(SurveySettings).alike_min)
    if draft.facts.is_too_few:
        alike = None
    figures = msgspec.json.encode(draft).decode()
    rows = (
        None if alike is None else [{"answers": document_of(one), "count": number} for one, number in alike]
    )
    written = {code: sum(code in one.values for one in given) for code in written_questions(session, survey)}
    repository.keep_figures(session.connection, survey.survey_id, Kept(figures, rows, written))


def traces_days(session: Session) -> int:
    """For how long copies are kept of a time in which answers were not mixed."""
    return session.of(UnlinkedSettings).traces_keep_days


def get_figures(session: Session, survey_id: UUID) -> Draft | None:
    """What was counted, as it is to be released; None before."""
    text = repository.find_figures(session.connection, survey_id)
    return None if text is None else msgspec.json.decode(text, type=Draft)


def find_document(session: Session, survey: Survey) -> Mapping[str, Any] | None:
    """Of the release, as it is published or is to be; None before anything is counted."""
    if survey.release_id is not None:
        text = releases.find(session, survey.release_id).document
    else:
        draft = get_figures(session, survey.survey_id)
        if draft is None:
            return None
        text = released(draft, UUID(int=0), session.now(), session.of(StatisticsSettings)).document
    document: Mapping[str, Any] = msgspec.json.decode(text)
    return document


# What was written


def count_notes(session: Session, survey: Survey, question: str) -> int:
    """Of a question that is counted by themes; they are read once it is counted and before it is published.

    :class:`NoteUnknown`.
    """
    if survey.state != "counted" or question not in written_questions(session, survey):
        raise NoteUnknown
    return repository.count_written(session.connection, survey.survey_id, question)


def read_notes(
    session: Session,
    survey: Survey,
    question: str,
    part: slice = slice(None),
    notes: Collection[UUID] | None = None,
) -> dict[UUID, str]:
    """What was written, in an order that says nothing: a part of it, or these notes alone."""
    count_notes(session, survey, question)
    return boxes.read_texts(session, survey.survey_id, question, part, notes)


def written_questions(session: Session, survey: Survey) -> dict[str, Names]:
    """Those that are counted by themes."""
    return {
        one.code: Names(one.name_ar, one.name_en)
        for one in get_form(session, survey).fields
        if one.kind in {FieldKind.TEXT, FieldKind.LINE} and one.treatment.counted_as is CountedAs.THEMES
    }


def list_quotes(session: Session, survey: Survey) -> dict[str, list[str]]:
    """By question, what a person has chosen to be read by everybody; told with the release."""
    return themes.list_quotes(session, survey.survey_id) if survey.state in OVER else {}


def _draft(session: Session, survey: Survey) -> Draft:
    statistics, given = session.of(StatisticsSettings), _given(session, survey)
    how = Counting(CHANNELS, themes.read(session, survey.survey_id), survey.targets)
    result = count_answers(get_form(session, survey).fields, given, how, statistics)
    asked = None
    if survey.description.sampling is Sampling.ROLL:
        asked = sum(one.issued for one in admission.count_tokens(session, survey.survey_id))
    backups = session.of(UnlinkedSettings).traces_keep_days
    return draft_of(survey, given, asked, result, (statistics, backups))


def _given(session: Session, survey: Survey) -> list[Given]:
    return [
        _of(one.answer_id, one.channel, one.document, one.is_apart)
        for one in boxes.read(session, survey.survey_id)
    ]


def _of(answer_id: UUID, channel: str, document: Mapping[str, Any], is_apart: bool) -> Given:
    values = dict(document["values"])
    is_hasty = bool(values.pop(HASTY, False))
    return Given(answer_id, channel, answers_of({**document, "values": values}), is_hasty, is_apart)
