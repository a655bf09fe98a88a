"""Sessions on the stage: one that led to a recommendation with an owner and a date, one that people register for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from casework.access.model import ANONYMOUS, Role
from casework.admission import seats
from casework.admission.model import Taker
from casework.decisions.model import Texts
from casework.follow_up.model import Followed
from casework.governorates.model import Governorate
from casework.reach.model import Measure, Medium, NewReach
from citycore.clock import CITY_ZONE
from participation.dialogue import service as sessions
from participation.dialogue.model import AgendaLine, NewRecommendation, Plan, Talk, Times
from participation.ideas import service as ideas
from participation.ideas.model import NewIdea
from stack.fiction.funding import OFFICER
from stack.fiction.stage import Stage, morning

Scene = Iterator[float]
FACILITATOR, MODERATOR = "facilitator", "moderator"
_HOURS = 2


class Dialogue:
    """A session that somebody of the programme leads."""

    def __init__(self, stage: Stage, key: str) -> None:
        self.stage, self.texts = stage, stage.sessions[key]
        texts = self.texts
        plan = Plan(
            decider_id=stage.organisations[texts["decider"]],
            governorate=Governorate(texts["governorate"]),
            seats=texts["seats"],
            agenda=tuple(AgendaLine(**line) for line in texts["agenda"]),
            **{
                name: texts[name]
                for name in ("title_ar", "title_en", "question_ar", "question_en", "place_ar", "place_en")
            },
        )
        begins = morning(stage.now) + timedelta(days=texts["begins"], hours=9)
        times = Times(begins, begins + timedelta(hours=_HOURS))
        self.session_id = stage.call(stage.actor(FACILITATOR), sessions.create, plan, times)
        self.move("announce")
        self.ends = times.ends

    @property
    def talk(self) -> Talk:
        return self.stage.call(ANONYMOUS, sessions.get_talk, self.session_id)

    def move(self, event: str) -> None:
        stage = self.stage
        stage.call(stage.actor(FACILITATOR), sessions.move, self.session_id, event, None)

    def seat(self, count: int) -> list[UUID]:
        """People without accounts, by name."""
        stage, taken = self.stage, []
        for number in range(1, count + 1):
            name = f"{stage.sessions['guest']} {number}"
            taker = Taker(name, "ar", governorate=Governorate(self.texts["governorate"]))
            taken.append(stage.call(ANONYMOUS, seats.ask, self.session_id, taker).seat_id)
        return taken

    def hold(self, taken: list[UUID]) -> None:
        """It takes place, and these are there."""
        stage = self.stage
        stage.at = self.ends - timedelta(hours=_HOURS) + timedelta(minutes=5)
        stage.run_clock("dialogue_session")
        for seat_id in taken:
            stage.call(stage.actor(FACILITATOR), seats.move, seat_id, "check_in", None)
        stage.at = self.ends + timedelta(minutes=5)
        stage.run_clock("dialogue_session", "seat")

    def sum_up(self) -> None:
        stage, texts = self.stage, self.texts
        summary = Texts(ar=texts["summary_ar"], en=texts["summary_en"])
        version = stage.call(stage.actor(FACILITATOR), sessions.get_talk, self.session_id).version
        recording = stage.sessions["recording"]
        stage.call(
            stage.actor(FACILITATOR), sessions.write_summary, self.session_id, summary, recording, version
        )
        self.move("open_summary")

    def amend(self, seat_id: UUID) -> None:
        """Somebody who was there says what is missing, and whoever leads answers."""
        stage, texts = self.stage, self.texts["amendment"]
        by_code = Followed("seat", seat_id).actor
        stage.call(by_code, sessions.propose, self.session_id, texts["proposed"], texts["reason"])
        [amendment] = stage.call(ANONYMOUS, sessions.list_amendments, self.session_id)
        stage.call(
            stage.actor(FACILITATOR),
            sessions.settle,
            self.session_id,
            amendment.amendment_id,
            texts["answer"],
            is_taken=True,
        )

    def spread(self, likes: int) -> None:
        """How far its announcement went, as a network of people counted it."""
        stage = self.stage
        said = NewReach(
            medium=Medium.INSTAGRAM,
            measure=Measure.LIKES,
            number=likes,
            source="https://social.example/falaj/shade",
            counted_on=stage.at.astimezone(CITY_ZONE).date(),
        )
        stage.call(stage.actor(FACILITATOR), sessions.REACH.enter, self.session_id, said)

    def recommend(self, taken_up: tuple[UUID, ...]) -> None:
        """Whoever leads drafts it, and somebody of the programme agrees: an agency owes the answer now."""
        stage = self.stage
        said = NewRecommendation(**self.texts["recommendation"], ideas=taken_up)
        draft_id = stage.call(stage.actor(FACILITATOR), sessions.recommend, self.session_id, said)
        stage.call(stage.actor(OFFICER), sessions.agree, self.session_id, draft_id)


def dialogue(stage: Stage) -> Scene:
    """From a question to a recommendation; a second session is to come, with an idea that waits for a moderator."""
    yield -40
    for key, role in ((FACILITATOR, Role.FACILITATOR), (MODERATOR, Role.MODERATOR)):
        stage.join(key, "falaj.example")
        stage.appoint(key, role, by="administrator")
    shade = Dialogue(stage, "shade")
    yield -38
    trees, canopies = (_idea(stage, key, shade.session_id) for key in ("trees", "canopies"))
    yield -37
    for idea_id in (trees, canopies):
        stage.call(stage.actor(MODERATOR), ideas.move, idea_id, "admit", None)
    yield -30
    taken = shade.seat(shade.texts["seats"])
    for idea_id, key in ((trees, "trees"), (canopies, "canopies")):
        for number in range(stage.sessions["ideas"][key]["support"]):
            stage.call(ANONYMOUS, ideas.support, idea_id, f"demo-{key}-{number}")
    yield shade.texts["begins"]
    shade.hold(taken[:10])
    yield -19
    shade.sum_up()
    shade.spread(4_600)
    yield -17
    shade.amend(taken[0])
    yield -11
    shade.recommend((trees,))
    shade.move("publish")
    yield -8
    night = Dialogue(stage, "night")
    night.seat(7)
    yield -1
    _idea(stage, "last_bus", night.session_id)


def _idea(stage: Stage, key: str, session_id: UUID) -> UUID:
    texts: dict[str, Any] = stage.sessions["ideas"][key]
    said = NewIdea(
        title=texts["title"],
        body=texts["body"],
        governorate=Governorate(texts["governorate"]),
        session_id=session_id,
    )
    return stage.call(ANONYMOUS, ideas.submit, said, texts["language"]).idea_id
