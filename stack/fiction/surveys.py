"""Surveys on the stage: one decided and done, one published and waiting for its decision, one that is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Final

from casework.access.model import ANONYMOUS
from casework.admission.model import Channel, Kiosk
from casework.admission.service import list_kiosks
from casework.counting.wanted import count_due
from casework.decisions import doing
from casework.decisions import service as decisions
from casework.decisions.model import Evidence, Plan, Texts
from casework.forms.model import Answers, FieldKind, FormField
from casework.forms.questionnaires import is_asked
from casework.forms.rules import form_of
from casework.governorates.model import Governorate
from casework.statistics.statement import Sampling
from casework.unlinked_answers.model import NewAnswer
from casework.unlinked_answers.service import mix_due
from participation.surveys import service as surveys
from participation.surveys.model import Dates, Description, Survey
from participation.surveys.service import ASKING
from stack.fiction.funding import OFFICER
from stack.fiction.stage import Stage, morning

Scene = Iterator[float]
SECOND: Final = "municipality-2"


class Poll:
    """A survey of an agency. Whoever speaks for it writes it; the programme reads, schedules and publishes it."""

    def __init__(self, stage: Stage, key: str) -> None:
        self.stage, self.texts = stage, stage.surveys[key]
        self.author: str = self.texts["organisation"]
        self._dice = Random(key)  # noqa: S311 (invented answers)
        agency_id = stage.organisations[self.author]
        promised = morning(stage.now) + timedelta(days=self.texts["promised"])
        texts = {
            name: self.texts.get(name, "")
            for name in (one.name for one in fields(Description))
            if name.endswith(("_ar", "_en"))
        }
        description = Description(
            decider_id=agency_id,
            promised_on=promised.date(),
            sampling=Sampling(self.texts["sampling"]),
            channels=frozenset(map(Channel, self.texts["channels"])),
            **texts,
        )
        self.survey_id = stage.call(stage.actor(self.author), surveys.create, agency_id, description)
        self.form = form_of(self.texts["form"])
        stage.call(stage.actor(self.author), surveys.write_form, self.survey_id, self.form, None)
        opens, closes = (morning(stage.now) + timedelta(days=day) for day in self.texts["days"])
        dates = Dates(opens=opens, closes=closes)
        stage.call(stage.actor(self.author), surveys.plan, self.survey_id, dates, self.survey.version)
        stage.call(stage.actor(self.author), surveys.move, self.survey_id, "submit", self.survey.version)

    @property
    def survey(self) -> Survey:
        return self.stage.call(self.stage.actor(OFFICER), surveys.get_own, self.survey_id)

    def schedule(self) -> None:
        stage, version = self.stage, self.survey.version
        stage.call(stage.actor(OFFICER), surveys.schedule, self.survey_id, version)

    def answer(self) -> None:
        """Open it, and let as many answer as the texts say."""
        self.stage.run_clock("survey")
        survey = self.survey
        for _ in range(self.texts["answers"]):
            self._put(survey, Channel.WEB)
        if "kiosk" in self.texts:
            self._answer_at_kiosk(self.texts["kiosk"])

    def close(self) -> None:
        """Closed, mixed by the worker, and counted."""
        self.stage.run_clock("survey")
        mix_due(self.stage.programme, lambda: False)
        count_due(self.stage.programme)
        self.stage.run_clock("survey")

    def publish(self) -> None:
        stage, version = self.stage, self.survey.version
        stage.call(stage.actor(OFFICER), surveys.publish, self.survey_id, version)

    def _answer_at_kiosk(self, texts: Mapping[str, Any]) -> None:
        """Through the days on which the device stands there, a few an hour."""
        stage, governorate = self.stage, Governorate(texts["governorate"])
        stage.call(stage.actor(self.author), ASKING.add_kiosk, self.survey_id, texts["name"], governorate)
        [kiosk] = stage.call(stage.actor(self.author), list_kiosks, self.survey_id)
        began, survey = stage.at, self.survey
        for number in range(texts["answers"]):
            stage.at = began + timedelta(minutes=10 * number)
            self._put(survey, Channel.KIOSK, kiosk)
        stage.at = began

    def _put(self, survey: Survey, channel: Channel, kiosk: Kiosk | None = None) -> None:
        new = NewAnswer(
            1,
            answers_by_chance(self.form, self.texts["form"], self._dice),
            channel.value,
            "ar" if self._dice.random() < 0.7 else "en",
            kiosk_id=None if kiosk is None else kiosk.kiosk_id,
        )
        self.stage.call(ANONYMOUS, ASKING.answer, survey, new, kiosk)


def answers_by_chance(form: Sequence[FormField], texts: Sequence[Mapping[str, Any]], dice: Random) -> Answers:
    """What somebody invented answers, by the shares that the texts say; what is written stays blank."""
    given = Answers({})
    for field, told in zip(form, texts, strict=True):
        if not is_asked(field, given):
            given = Answers(given.values, given.not_applicable, given.not_asked | {field.code})
        elif "shares" in told:
            [place] = dice.choices(range(len(told["shares"])), told["shares"])
            is_scale = field.kind is FieldKind.SCALE and field.bounds is not None
            value: Any = (
                field.bounds.least + place if is_scale and field.bounds else field.choices[place].code
            )
            given = Answers({**given.values, field.code: value}, given.not_applicable, given.not_asked)
    return given


def hours(stage: Stage) -> Scene:
    """From a suggestion to a poll, to a decision, to what was done and by whom that was verified."""
    yield -68
    poll = Poll(stage, "hours")
    yield -66
    poll.schedule()
    yield poll.texts["days"][0]
    poll.answer()
    yield poll.texts["days"][1]
    poll.close()
    yield -48
    poll.publish()
    decision_id = poll.survey.decision_id
    assert decision_id is not None
    stage.call(stage.actor(OFFICER), decisions.add_ground, decision_id, stage.heard["hours"])
    officer, version = stage.actor(OFFICER), partial(_version, stage, decision_id)
    recommended = _texts(poll.texts, "recommendation")
    stage.call(officer, decisions.give, decision_id, recommended, stage.organisations[poll.author])
    yield -36
    own = stage.actor(poll.author)
    stage.call(own, decisions.write_answer, decision_id, _texts(poll.texts, "answer"), Texts(), version())
    due_on = (stage.at + timedelta(days=20)).date()
    plan = Plan(
        owner_id=stage.organisations[poll.author],
        due_on=due_on,
        text_ar=poll.texts["action_ar"],
        text_en=poll.texts["action_en"],
    )
    action_id = stage.call(own, doing.plan_action, decision_id, plan)
    stage.call(own, decisions.prepare, decision_id, "accept", version())
    yield -35
    stage.call(stage.actor(SECOND), decisions.release, decision_id)
    stage.run_clock("survey")
    yield -20
    evidence = Evidence(
        link=poll.texts["evidence"], note_ar=poll.texts["evidence_ar"], note_en=poll.texts["evidence_en"]
    )
    stage.call(stage.actor(poll.author), doing.claim, decision_id, action_id, evidence, 1)
    yield -19
    stage.call(stage.actor(OFFICER), doing.check, decision_id, action_id, "verify", 2)


def kiosks(stage: Stage) -> Scene:
    """Published, with what came from a device apart from what came by the web; its decision is owed."""
    yield -30
    poll = Poll(stage, "kiosks")
    yield -28
    poll.schedule()
    yield poll.texts["days"][0]
    poll.answer()
    yield poll.texts["days"][1]
    poll.close()
    yield -15
    poll.publish()


def services(stage: Stage) -> Scene:
    """Open: nobody knows how many have answered."""
    yield -9
    poll = Poll(stage, "services")
    yield -7
    poll.schedule()
    yield poll.texts["days"][0]
    poll.answer()


def _texts(texts: Mapping[str, Any], name: str) -> Texts:
    return Texts(ar=texts[f"{name}_ar"], en=texts[f"{name}_en"])


def _version(stage: Stage, decision_id: Any) -> int:
    return stage.call(ANONYMOUS, decisions.get_decision, decision_id).version
