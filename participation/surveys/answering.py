"""Answering, and what becomes of the answers: nobody reads, counts or even learns how many there are before the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from casework.access.model import Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import Admits, Channel, Kiosk, NewRoll, Ticket
from casework.counting import wanted
from casework.counting.drafting import Taken, draft_of
from casework.counting.model import Counter
from casework.counting.rules import Counting, anonymised, given_of
from casework.counting.rules import count as count_answers
from casework.forms.carrying import document_of
from casework.forms.model import CountedAs, FieldKind
from casework.forms.questionnaires import Form
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
from casework.unlinked_answers.model import Answer, NewAnswer
from casework.unlinked_answers.settings import UnlinkedSettings
from casework.workflow.errors import Refusal, check, existing
from participation.surveys import errors, repository
from participation.surveys.machine import OVER
from participation.surveys.model import KIND, Survey
from participation.surveys.repository import Kept

#: What somebody shows who answers by these ways.
_SHOWN: Final[Mapping[str, type[Ticket | Kiosk]]] = {Channel.TOKEN: Ticket, Channel.KIOSK: Kiosk}
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
    """It is counted next, once nobody can join an answer to a token any more."""
    boxes.close(session, survey.survey_id)
    wanted.ask(session, KIND, survey.survey_id)


def get_form(session: Session, survey: Survey) -> FormVersion:
    """What is asked, once it is fixed."""
    return get_version(session, survey.survey_id, existing(survey.form_version))


def answer(session: Session, survey: Survey, new: NewAnswer, by: Ticket | Kiosk | None = None) -> None:
    """By the way that the answer names: with a token that counts once, at a device, or as anybody.

    :class:`SurveyNotOpen`, and what stands against a token, a device or a box.
    """
    needed: type[Ticket | Kiosk] | None = _SHOWN.get(new.channel)
    is_shown = needed is None or isinstance(by, needed)
    is_of_it = by is None or by.object_id == survey.survey_id
    if not (survey.takes(Channel(new.channel)) and is_shown and is_of_it):
        raise errors.SurveyNotOpen
    if isinstance(by, Ticket):
        boxes.put_by_token(session, by, new)
    else:
        boxes.put(session, survey.survey_id, new)


def why_not_over(session: Session, subject: Subject) -> Refusal | None:
    """Figures may be known once it is closed, and by nobody before."""
    survey = existing(repository.find_survey(session.connection, subject.object_id))
    return None if survey.state in OVER else errors.SurveyNotOver()


def _take(session: Session, survey_id: UUID) -> Callable[[], Kept]:
    """All that counting needs, once it is over and mixed."""
    survey = existing(repository.find_survey(session.connection, survey_id))
    check(why_not_over(session, Subject(KIND, survey_id, "")))
    asked = None
    if survey.description.sampling is Sampling.ROLL:
        asked = sum(one.issued for one in admission.count_tokens(session, survey_id))
    taken = Taken(
        Subject(KIND, survey_id, f"survey:{survey_id}"),
        existing(survey.opens),
        existing(survey.closes),
        survey.form_digest,
        asked=asked,
        may_repeat=Channel.WEB in survey.description.channels,
        targets=survey.targets,
        traces_days=traces_days(session),
    )
    how = Counting(CHANNELS, themes.read(session, survey_id), survey.targets)
    answers, form = boxes.read(session, survey_id), get_form(session, survey).fields
    return partial(_work_out, taken, form, answers, how, session.of(StatisticsSettings))


def _work_out(
    taken: Taken, form: Form, answers: Sequence[Answer], how: Counting, settings: StatisticsSettings
) -> Kept:
    """The release as it is to be, answers that enough gave alike, and how many notes there are."""
    given = [given_of(one) for one in answers]
    draft = draft_of(taken, given, count_answers(form, given, how, settings), settings)
    alike = None
    if not draft.facts.is_too_few:
        alike = anonymised(form, (one.answers for one in given), settings.alike_min)
    rows = (
        None if alike is None else [{"answers": document_of(one), "count": number} for one, number in alike]
    )
    written = {code: sum(code in one.answers.values for one in given) for code in _written(form)}
    return Kept(msgspec.json.encode(draft).decode(), rows, written)


def _keep(session: Session, survey_id: UUID, kept: Kept) -> None:
    """To be looked at before it is published."""
    repository.keep_figures(session.connection, survey_id, kept)


#: Once it is closed, and again after somebody has read what was written.
COUNTER: Final = Counter(KIND, _take, _keep)


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
    return _written(get_form(session, survey).fields)


def _written(form: Form) -> dict[str, Names]:
    return {
        one.code: Names(one.name_ar, one.name_en)
        for one in form
        if one.kind in {FieldKind.TEXT, FieldKind.LINE} and one.treatment.counted_as is CountedAs.THEMES
    }


def list_quotes(session: Session, survey: Survey) -> dict[str, list[str]]:
    """By question, what a person has chosen to be read by everybody; told with the release."""
    return themes.list_quotes(session, survey.survey_id) if survey.state in OVER else {}
