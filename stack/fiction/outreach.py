"""Ambassadors in every governorate: some newly applying, most at work, one who has been quiet for long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from casework.files.service import receive
from casework.governorates.model import Governorate
from casework.programme import Session
from casework.workflow.clockwork import run_due
from hackathon.outreach.activities import evidence
from hackathon.outreach.activities import service as activities
from hackathon.outreach.activities.model import Audience, Event, Mode, Report, Topic
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import papers
from hackathon.outreach.ambassadors import service as ambassadors
from hackathon.outreach.ambassadors.model import Application, NextPaper, PaperKind, Profile
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.certificates import service as certificates
from stack.fiction.cast import read
from stack.fiction.stage import Stage, paper

Outcome = TypeVar("Outcome")
Given = ParamSpec("Given")
#: One in each governorate, and one more in Muscat.
HOMES = (*Governorate, Governorate.MUSCAT)
APPLICANTS = (Governorate.DHOFAR, Governorate.MUSCAT, Governorate.AL_BURAYMI, Governorate.MUSANDAM)
QUIET = HOMES.index(Governorate.AL_WUSTA)


class Circle:
    """The ambassadors of a stage; ``own`` is which application belongs to whom."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.texts = stage, read("ambassadors")
        self.own: dict[str, UUID] = {}
        self._started: list[str] = []
        self._told = 0

    def apply(self, key: str, governorate: Governorate) -> None:
        texts = self.texts["texts"]["motivation"]
        motivation = texts[len(self.own) % len(texts)]
        application = Application(governorate, motivation, "en" if motivation.isascii() else "ar")
        self.own[key] = self.stage.call(self.stage.actor(key), ambassadors.apply_for, application)

    def move(self, key: str, *events: str) -> None:
        for event in events:
            self._coordinate(ambassadors.move, self.own[key], event, self._version(key))

    def approve(self, keys: Sequence[str]) -> None:
        """Prepared one by one, told together."""
        prepared = [
            self._coordinate(ambassadors.prepare, self.own[key], "approve", self._version(key)).prepared_id
            for key in keys
        ]
        self._coordinate(ambassadors.release, prepared)

    def start(self, key: str) -> None:
        """Training and conduct, the first day of a term, and what the directory says."""
        stage, number = self.stage, len(self._started)
        own, newest = stage.actor(key), self._coordinate(papers.list_papers)
        stage.call(own, papers.sign_conduct, self.own[key], newest[PaperKind.CONDUCT].version)
        self._coordinate(papers.note_training, self.own[key], newest[PaperKind.TRAINING].version)
        self.move(key, "onboard", "start")
        texts = self.texts["texts"]
        profile = Profile(True, texts["biographies_ar"][number % 3], texts["biographies_en"][number % 3])
        stage.call(own, ambassadors.present, self.own[key], profile, self._version(key))
        self._started.append(key)

    def publish_papers(self) -> None:
        for kind in PaperKind:
            texts = self.texts[kind.value]
            self._coordinate(papers.publish, NextPaper(kind, texts["ar"], texts["en"]))

    def tell(self, key: str, governorate: Governorate, *, is_verified: bool = True) -> None:
        """An activity of yesterday, reported with a file; the coordinator verifies most of them."""
        stage, actor = self.stage, self.stage.actor(key)
        event = self._next_event(governorate)
        activity_id = stage.call(actor, activities.plan, event)
        stage.call(actor, activities.move, activity_id, "hold", 1)
        texts = self.texts["texts"]["account"]
        report = Report(stage.dice.randrange(18, 140), 150, texts[self._told % len(texts)])
        version = stage.call(actor, activities.get_activity, activity_id).version
        stage.call(actor, activities.write_report, activity_id, report, version)
        store = stage.programme.of(ActivitySettings).store()
        file = receive(paper(event.title, [report.account]), "notes.md", store)
        stage.call(actor, evidence.add, activity_id, file)
        version = stage.call(actor, activities.get_activity, activity_id).version
        version = stage.call(actor, activities.move, activity_id, "report", version).version
        if is_verified:
            counted = report.reached - stage.dice.randrange(0, 6)
            self._coordinate(activities.verify, activity_id, counted, version)

    def certify(self, keys: Sequence[str]) -> None:
        """The coordinator offers a certificate of the term, and its holder approves it."""
        stage = self.stage
        for key in keys:
            offered = self._coordinate(certificates.offer_term, self.own[key])
            stage.call(stage.actor(key), certificates.issue, offered, stage.people[key].person.names, 1)

    def _version(self, key: str) -> int:
        return self._coordinate(ambassadors.get_ambassador, self.own[key]).version

    def _coordinate(
        self,
        service: Callable[Concatenate[Session, Given], Outcome],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Outcome:
        """What the coordinator does."""
        return self.stage.call(self.stage.actor("coordinator"), service, *given, **named)

    def _next_event(self, governorate: Governorate) -> Event:
        known: list[dict[str, Any]] = self.texts["events"]
        texts, stage = known[self._told % len(known)], self.stage
        self._told += 1
        begins = stage.at - timedelta(days=1)
        return Event(
            texts["title"],
            texts["language"],
            Mode.IN_PLACE,
            governorate,
            Topic(texts["topic"]),
            Audience(texts["audience"]),
            begins,
            begins + timedelta(hours=2),
        )


def ambassadors_at_work(stage: Stage) -> Iterator[float]:
    circle = Circle(stage)
    keys = [f"ambassador-{number}" for number in range(1, len(HOMES) + 1)]
    yield -150
    circle.publish_papers()
    for key, home in zip(keys, HOMES, strict=True):
        stage.join(key, f"{key}.example")
        circle.apply(key, home)
    yield -140
    for key in keys:
        circle.move(key, "shortlist", "interview")
    yield -136
    circle.approve(keys)
    yield -130
    for key in keys:
        circle.start(key)
    yield -97
    circle.tell(keys[QUIET], HOMES[QUIET])
    yield -66
    for key, home in zip(keys, HOMES, strict=True):
        if key != keys[QUIET]:
            circle.tell(key, home)
    yield -19
    for number, (key, home) in enumerate(zip(keys, HOMES, strict=True)):
        if key != keys[QUIET] and number % 2:
            circle.tell(key, home)
    yield -9
    for number, home in enumerate(APPLICANTS, 1):
        stage.join(f"applicant-{number}", f"applicant-{number}.example")
        circle.apply(f"applicant-{number}", home)
    yield -3
    circle.move("applicant-1", "shortlist", "interview")
    circle.move("applicant-2", "shortlist")
    circle.certify([keys[1], keys[3], keys[-1]])
    yield -1
    run_due(stage.programme, [AMBASSADORS])
    circle.tell(keys[0], HOMES[0], is_verified=False)
    circle.tell(keys[4], HOMES[4], is_verified=False)
