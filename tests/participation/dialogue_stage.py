"""An agency that decides, those who lead and moderate, and people at sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.admission import seats
from casework.admission.model import Taker
from casework.decisions.model import Texts
from casework.programme import Session
from citycore.store.connections import Connection
from participation.dialogue import service
from participation.dialogue.model import (
    AgendaLine,
    NewRecommendation,
    Plan,
    Talk,
    Times,
)
from participation.ideas import service as ideas
from participation.ideas.model import Idea, NewIdea
from tests.participation.stage import DAY, HOUR, NOON, Stage

AGENCY = UUID(int=80)
PLAN = Plan(
    decider_id=AGENCY, title_ar="ساعات الحديقة", title_en="Hours of the park", question_ar="متى تُفتح الحديقة؟",
    question_en="When should the park be open?", place_ar="مكتبة السيب", place_en="Library of Seeb", seats=2,
    agenda=(AgendaLine(minutes=30, subject_ar="نقاش", subject_en="Discussion", speaker="مديرة الحديقة"),),
)  # fmt: skip
TIMES = Times(NOON + DAY, NOON + DAY + 2 * HOUR)
SUMMARY = Texts(
    ar="قال الحضور إن الحديقة\nتُغلق مبكرًا.", en="Those present said that the park closes too early."
)
SAID = NewRecommendation(
    title_ar="فتح الحديقة مساءً", title_en="Open the park in the evening", passage_ar="الحديقة تُغلق مبكرًا",
    passage_en="the park closes too early", text_ar="تُفتح حتى ٢٢", text_en="Open it until 22:00",
)  # fmt: skip
IDEA = NewIdea(title="ظل على الطريق", body="أشجار على جانبي طريق المدرسة.", byline="أم سالم")


class Scene(Stage):
    """An agency that decides, and those who lead and moderate."""

    bindings = (service.SESSIONS, ideas.IDEAS, seats.SEATS)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, (AGENCY,))
        self.facilitator = self.somebody(Grant(Role.FACILITATOR))
        self.officer = self.somebody(Grant(Role.PROGRAMME_OFFICER))
        self.moderators = [self.somebody(Grant(Role.MODERATOR)) for _ in range(2)]

    @property
    def lead(self) -> Session:
        return self.within(self.facilitator)

    def talk(self, session_id: UUID) -> Talk:
        return service.get_talk(self.lead, session_id)

    def announced(self, **changes: Any) -> UUID:
        session_id = service.create(self.lead, replace(PLAN, **changes), TIMES)
        service.move(self.lead, session_id, "announce", None)
        return session_id

    def held(self, *people: UUID) -> UUID:
        """A session at which these people were there."""
        session_id = self.announced()
        for person_id in people:
            seat = seats.ask(self.within(Actor(person_id)), session_id, Taker("S", "ar", person_id=person_id))
            self.now = TIMES.begins
            seats.move(self.lead, seat.seat_id, "check_in", None)
        self.now = TIMES.begins
        self.pass_by(timedelta(0))
        self.pass_by(2 * HOUR)
        return session_id

    def summed_up(self, *people: UUID) -> UUID:
        session_id = self.held(*people)
        service.write_summary(self.lead, session_id, SUMMARY, "", self.talk(session_id).version)
        service.move(self.lead, session_id, "open_summary", None)
        return session_id

    def idea(self, author: Actor = ANONYMOUS, **changes: Any) -> UUID:
        return ideas.submit(self.within(author), replace(IDEA, **changes), "ar").idea_id

    def admitted(self, **changes: Any) -> UUID:
        idea_id = self.idea(**changes)
        ideas.move(self.within(self.moderators[0]), idea_id, "admit", None)
        return idea_id

    def look(self, idea_id: UUID) -> Idea:
        return ideas.get_idea(self.within(self.moderators[0]), idea_id)
