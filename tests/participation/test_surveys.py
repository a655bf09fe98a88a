"""A survey from a draft to what was decided: who does what, what nobody learns before the end, and what is told then."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.admission import service as admission
from casework.admission.model import Channel
from casework.counting import wanted
from casework.counting.wanted import count_due
from casework.decisions import service as decisions
from casework.forms.errors import FormUnsound
from casework.forms.model import Answers, FieldKind, FormField
from casework.listeners.noun import HOLDER as LISTENERS
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from casework.people.model import Visitor
from casework.statistics.statement import Sampling
from casework.themes import service as themes
from casework.themes.errors import NoteUnknown
from casework.themes.model import Coding, Theme, Topic
from casework.unlinked_answers.service import mix_due
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal, WrongField, existing
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from participation.surveys import errors, repository, service
from participation.surveys.model import Description, Survey
from participation.surveys.noun import HOLDER, PASSAGE
from participation.surveys.rules import wrong_fields
from participation.surveys.service import ASKING
from participation.surveys.settings import SurveySettings
from tests.hackathon.decision_stage import TEXT, Hub
from tests.hackathon.survey_specimens import AGENCY, DATES, DECIDER, FORM, HOURS, NOTE, WEB
from tests.participation.stage import DAY, NOON, Stage

of = Hub.of


class Scene(Stage):
    """An agency that asks, one that decides, and two of the programme."""

    bindings = (service.SURVEYS,)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, (AGENCY, DECIDER))
        self.author = self.somebody(of(AGENCY))
        self.first, self.second = (self.somebody(Grant(Role.PROGRAMME_OFFICER)) for _ in range(2))

    def draft(self, description: Description = HOURS, form: tuple[FormField, ...] = FORM) -> UUID:
        session = self.within(self.author)
        survey_id = service.create(session, AGENCY, description)
        service.write_form(session, survey_id, form, None)
        service.plan(session, survey_id, DATES, self.survey(survey_id).version)
        return survey_id

    def survey(self, survey_id: UUID) -> Survey:
        found = repository.find_survey(self.connection, survey_id)
        assert found is not None
        return found

    def move(self, actor: Actor, survey_id: UUID, event: str, reason: str | None = None) -> None:
        service.move(self.within(actor), survey_id, event, self.survey(survey_id).version, reason)

    def schedule(self, survey_id: UUID, actor: Actor | None = None) -> None:
        service.schedule(self.within(actor or self.first), survey_id, self.survey(survey_id).version)

    def open(self, survey_id: UUID) -> Survey:
        self.move(self.author, survey_id, "submit")
        self.schedule(survey_id)
        self.until(DATES.opens)
        return self.survey(survey_id)

    def answer(self, survey: Survey, number: int, **values: str) -> None:
        for _ in range(number):
            new = replace(WEB, answers=Answers(values))
            ASKING.answer(self.within(), survey, new)

    def close(self, survey_id: UUID) -> Survey:
        self.until(DATES.closes)
        mix_due(self.programme, lambda: False)
        count_due(self.programme)
        self.until(self.now)
        return self.survey(survey_id)

    def publish(self, survey_id: UUID, actor: Actor | None = None) -> None:
        service.publish(self.within(actor or self.second), survey_id, self.survey(survey_id).version)

    def document(self, survey_id: UUID) -> Mapping[str, Any]:
        """Of what was published, or is to be."""
        return existing(ASKING.find_document(self.within(), self.survey(survey_id)))


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


def test_a_survey_goes_all_the_way_to_what_was_decided(scene: Scene) -> None:
    survey_id = scene.draft()
    survey = scene.open(survey_id)
    assert (survey.state, survey.form_digest is not None) == ("open", True)
    service.listen(scene.within(), survey_id, "A@example.om", "en")
    service.listen(scene.within(), survey_id, "a@example.om", "en")
    scene.answer(survey, 41, hours="yes")
    scene.answer(survey, 9, hours="no")
    assert scene.close(survey_id).state == "counted"
    scene.publish(survey_id)
    published = scene.survey(survey_id)
    assert (published.state, published.answered) == ("published", 50)
    document = scene.document(survey_id)
    (share,) = [one for one in document["figures"] if one["option"] == "yes"]
    assert (share["value"], share["low"][:4], share["high"][:4]) == ("0.8200", "0.69", "0.90")
    assert "not a sample of the public" in document["statement"]["en"]
    assert "30 days" in document["statement"]["en"]
    assert document["form_sha256"] == existing(published.form_digest).hex()
    assert published.decision_id is not None
    decision = decisions.get_decision(scene.within(), published.decision_id)
    assert (decision.state, decision.due_at) == ("heard", datetime(2026, 12, 15, tzinfo=CITY_ZONE))
    assert [one.node.object_id for one in decisions.list_grounds(scene.within(), decision.decision_id)] == [
        survey_id
    ]
    assert [mail for mail in scene.mails() if mail[0] == "A@example.om"] == [("A@example.om", "found")]
    assert [one.email for one in PASSAGE.heard(scene.within(), survey_id)] == ["A@example.om"]  # type: ignore[misc]
    # It waits for whoever decides, in public, and is late in public.
    scene.until(decision.due_at)  # type: ignore[arg-type]
    assert scene.survey(survey_id).state == "published"
    assert decisions.list_missing(scene.within()) == []
    decide(scene, decision.decision_id)
    scene.until(scene.now)
    assert (scene.survey(survey_id).state, scene.survey(survey_id).state_reason) == ("decided", "answered")
    assert ("A@example.om", "told_answered") in scene.mails()


def decide(scene: Scene, decision_id: UUID) -> None:
    first, second = (scene.within(scene.somebody(of(DECIDER))) for _ in range(2))

    def version() -> int:
        return decisions.get_decision(first, decision_id).version

    decisions.give(scene.within(scene.first), decision_id, TEXT, DECIDER)
    decisions.write_answer(first, decision_id, TEXT, TEXT, version())
    decisions.prepare(first, decision_id, "reject", version())
    decisions.release(second, decision_id)


def test_that_too_few_answered_is_a_result(scene: Scene) -> None:
    survey_id = scene.draft()
    scene.answer(scene.open(survey_id), 29, hours="yes")
    scene.close(survey_id)
    scene.publish(survey_id)
    document = scene.document(survey_id)
    assert (document["figures"], document["tables"], document["answered"]) == ([], [], 29)
    assert "that is the result" in document["statement"]["en"]


def test_two_people_at_least_have_read_it(scene: Scene) -> None:
    """Whoever wrote it neither schedules nor publishes it, with whatever other roles."""
    scene.author = replace(scene.author, grants=(*scene.author.grants, Grant(Role.PROGRAMME_OFFICER)))
    survey_id = scene.draft()
    scene.move(scene.author, survey_id, "submit")
    with pytest.raises(errors.SurveyReviewedByAuthor):
        scene.schedule(survey_id, scene.author)
    with pytest.raises(NotAllowed):
        scene.schedule(survey_id, scene.somebody(of(AGENCY)))
    scene.schedule(survey_id)
    scene.until(DATES.opens)
    scene.answer(scene.survey(survey_id), 40, hours="yes")
    scene.close(survey_id)
    with pytest.raises(errors.SurveyReviewedByAuthor):
        scene.publish(survey_id, scene.author)
    scene.publish(survey_id, scene.first)


def test_what_is_asked_never_changes_once_it_is_scheduled(scene: Scene) -> None:
    survey_id = scene.draft()
    scene.open(survey_id)
    digest = scene.survey(survey_id).form_digest
    for actor in (scene.author, scene.first):
        session = scene.within(actor)
        for act in (
            lambda session=session: service.write_form(session, survey_id, FORM, 1),
            lambda session=session: service.edit(session, survey_id, HOURS, scene.survey(survey_id).version),
            lambda session=session: service.plan(session, survey_id, DATES, scene.survey(survey_id).version),
        ):
            with pytest.raises(errors.SurveyNotEditable):
                act()
    with pytest.raises(Refusal):
        scene.schedule(survey_id)
    assert scene.survey(survey_id).form_digest == digest


@pytest.mark.parametrize(
    "wrong",
    [
        replace(HOURS, title_ar=" "),
        replace(HOURS, purpose_en=""),
        replace(HOURS, service_en="Licence"),
        replace(HOURS, channels=frozenset({Channel.TOKEN})),
        replace(HOURS, channels=frozenset()),
    ],
)
def test_both_languages_and_a_possible_channel_are_there_from_the_first(wrong: Description) -> None:
    assert list(wrong_fields(HOURS, SurveySettings())) == []
    assert len(list(wrong_fields(wrong, SurveySettings()))) == 1


def test_a_decision_is_promised_for_a_day_after_it_closes_and_not_too_late(scene: Scene) -> None:
    with pytest.raises(errors.SurveyWithoutDecider):
        scene.draft(replace(HOURS, decider_id=uuid4()))
    for days, is_timely in ((7, False), (8, True), (68, True), (69, False)):
        survey_id = scene.draft(replace(HOURS, promised_on=(NOON + days * DAY).date()))
        with nullcontext() if is_timely else pytest.raises(errors.SurveyNotTimely):
            scene.move(scene.author, survey_id, "submit")


def test_only_what_can_be_asked_is_handed_in(scene: Scene) -> None:
    survey_id = service.create(scene.within(scene.author), AGENCY, HOURS)
    service.plan(scene.within(scene.author), survey_id, DATES, scene.survey(survey_id).version)
    with pytest.raises(errors.SurveyWithoutForm):
        scene.move(scene.author, survey_id, "submit")
    service.write_form(scene.within(scene.author), survey_id, (replace(FORM[0], name_ar=""),), None)
    with pytest.raises(FormUnsound):
        scene.move(scene.author, survey_id, "submit")
    name = FormField("name", "اسمك", "Your name", FieldKind.LINE, is_identifying=True)
    service.write_form(scene.within(scene.author), survey_id, (*FORM, name), 1)
    with pytest.raises(errors.SurveyAsksWho):
        scene.move(scene.author, survey_id, "submit")


def test_nobody_learns_a_figure_before_it_is_closed(scene: Scene) -> None:
    """Neither those who ask, nor the programme, nor an administrator; nor is one worked out or logged."""
    survey_id = scene.draft(form=(*FORM, NOTE))
    survey = scene.open(survey_id)
    lines = scene.connection.execute("SELECT count(*) FROM innovation.audit").fetchone()
    scene.answer(survey, 37, hours="yes", note="مسموع")
    wanted.ask(scene.within(), "survey", survey_id)
    assert count_due(scene.programme) == (0, 0)
    everybody = (scene.author, scene.first, scene.somebody(Grant(Role.ADMINISTRATOR)), ANONYMOUS)
    for actor in everybody:
        session = scene.within(actor)
        with pytest.raises(NoteUnknown):
            ASKING.read_notes(session, survey, "note")
        assert ASKING.get_figures(session, survey_id) is None
        assert service.get_survey(session, survey_id).answered is None
    assert scene.connection.execute("SELECT count(*) FROM innovation.audit").fetchone() == lines


def test_it_is_open_for_longer_in_public_and_not_beyond_what_was_promised(scene: Scene) -> None:
    survey_id = scene.draft()
    scene.open(survey_id)
    session = scene.within(scene.author)
    later = DATES.closes + 3 * DAY
    service.extend(session, survey_id, later, "technical_fault")
    assert [one.instant for one in session.extensions(survey_id)] == [later]
    with pytest.raises(errors.SurveyNotTimely):
        service.extend(session, survey_id, DATES.closes + 30 * DAY, "technical_fault")
    scene.until(DATES.closes)
    assert scene.survey(survey_id).state == "open"
    scene.until(later)
    with pytest.raises(errors.SurveyNotEditable):
        service.extend(session, survey_id, later + DAY, "technical_fault")


def test_those_who_were_asked_answer_with_a_code_and_the_response_rate_is_told(scene: Scene) -> None:
    roll = replace(HOURS, sampling=Sampling.ROLL, channels=frozenset({Channel.TOKEN}))
    survey_id = scene.draft(roll)
    with pytest.raises(errors.SurveyNotEditable):
        service.issue_codes(scene.within(scene.author), survey_id, 10)
    survey = scene.open(survey_id)
    with pytest.raises(WrongField):
        service.issue_codes(scene.within(scene.author), survey_id, 1_001)
    codes, _ = service.issue_codes(scene.within(scene.author), survey_id, 80)
    new = replace(WEB, channel=Channel.TOKEN)
    for code in codes[:40]:
        ticket = admission.enter(scene.programme, survey_id, code, Visitor("", ""))
        ASKING.answer(scene.within(), survey, new, ticket)
    for refused in (WEB, new):
        with pytest.raises(errors.SurveyNotOpen):
            ASKING.answer(scene.within(), survey, refused)
    scene.close(survey_id)
    scene.publish(survey_id)
    document = scene.document(survey_id)
    assert (document["asked"], document["answered"]) == (80, 40)
    assert "40 of 80 who were asked answered (50 %)" in document["statement"]["en"]


def test_what_was_written_is_told_only_as_a_person_has_chosen(scene: Scene) -> None:
    survey_id = scene.draft(form=(*FORM, NOTE))
    survey = scene.open(survey_id)
    scene.answer(survey, 20, hours="yes", note="طال الانتظار كثيرًا في المكتب")
    scene.answer(survey, 20, hours="no", note="الموظفون متعاونون ولطفاء جدًا")
    counted = scene.close(survey_id)
    session = scene.within(scene.first)
    topic = Topic(survey_id, "note")
    themes.name_theme(session, topic, Theme("waiting", "الانتظار", "Waiting"))
    assert ASKING.count_notes(session, counted, "note") == 40
    notes = ASKING.read_notes(session, counted, "note")
    long = [one for one, text in notes.items() if "الانتظار" in text]
    others = [one for one in notes if one not in long]
    codings = [Coding(one, "waiting", one == long[0]) for one in long]
    themes.code(session, topic, notes, [*codings, *(Coding(one, None) for one in others[:8])])
    ASKING.recount(session, survey_id)
    with pytest.raises(errors.SurveyBeingCounted):
        scene.publish(survey_id)
    count_due(scene.programme)
    with pytest.raises(errors.SurveyPublishedByReader):
        scene.publish(survey_id, scene.first)
    scene.publish(survey_id)
    quotes = ASKING.list_quotes(scene.within(), scene.survey(survey_id))
    assert {question: len(texts) for question, texts in quotes.items()} == {"note": 1}
    document = scene.document(survey_id)
    assert "waiting" in {one["option"] for one in document["figures"]}
    assert "الانتظار كثيرًا" not in str(document)


def test_weights_are_written_before_the_end_and_published_with_their_source(scene: Scene) -> None:
    survey_id = scene.draft()
    typed = {"source_ar": "تعداد 2020", "source_en": "Census of 2020", "hours.yes": "50", "hours.no": "50"}
    with pytest.raises(errors.SurveyNotEditable):
        service.weigh(scene.within(scene.author), survey_id, typed, scene.survey(survey_id).version)
    survey = scene.open(survey_id)
    with pytest.raises(errors.SurveyWeightsWrong):
        service.weigh(scene.within(scene.author), survey_id, typed | {"hours.no": "5"}, survey.version)
    service.weigh(scene.within(scene.author), survey_id, typed, survey.version)
    scene.answer(survey, 60, hours="yes")
    scene.answer(survey, 20, hours="no")
    scene.close(survey_id)
    with pytest.raises(errors.SurveyNotEditable):
        service.weigh(scene.within(scene.author), survey_id, {}, scene.survey(survey_id).version)
    scene.publish(survey_id)
    document = scene.document(survey_id)
    assert document["weighting"]["shares"] == {"hours": {"yes": "0.500000", "no": "0.500000"}}
    assert "the weights follow Census of 2020" in document["statement"]["en"]


def test_a_service_is_evaluated_month_by_month(scene: Scene) -> None:
    survey_id = scene.draft(replace(HOURS, service_ar="الوكالات", service_en="Powers of attorney"))
    wave_id = service.begin_wave(scene.within(scene.author), survey_id)
    wave = scene.survey(wave_id)
    assert (wave.state, wave.follows_id) == ("draft", survey_id)
    assert existing(wave.opens).astimezone(CITY_ZONE).date() == date(2026, 12, 25)
    assert wave.description.promised_on == date(2027, 1, 14)
    scene.move(scene.author, wave_id, "submit")
    with pytest.raises(errors.SurveyWaveBegun):
        service.begin_wave(scene.within(scene.author), survey_id)


def test_drafts_are_for_those_who_have_to_do_with_them(scene: Scene) -> None:
    survey_id = scene.draft()
    stranger = scene.somebody(of(DECIDER))
    for session in (scene.within(), scene.within(stranger)):
        with pytest.raises(NoSuchObject):
            service.get_survey(session, survey_id)
    assert not lists.read(scene.within(stranger), service.DESK, wanted_of(service.DESK, {})).rows
    with pytest.raises(errors.SurveyAgencyUnknown):
        service.create(scene.within(stranger), AGENCY, HOURS)
    assert [
        one["survey_id"]
        for one in lists.read(scene.within(scene.author), service.DESK, wanted_of(service.DESK, {})).rows
    ] == [survey_id]
    scene.move(scene.author, survey_id, "withdraw", "mistaken")


def test_whoever_leaves_is_found_nowhere(scene: Scene) -> None:
    survey_id = scene.draft()
    scene.open(survey_id)
    person_id = scene.within(scene.author).person_id
    values = {"id": person_id}
    email = only_row(
        scene.connection, str, "SELECT email FROM innovation.people WHERE person_id = %(id)s", values
    )
    service.listen(scene.within(), survey_id, email, "ar")
    for holder, section in ((HOLDER, "surveys"), (LISTENERS, "listeners")):
        assert [one for one, _ in holder.export(scene.connection, person_id)] == [section]
        holder.erase(scene.connection, person_id)
        assert list(holder.export(scene.connection, person_id)) == []
