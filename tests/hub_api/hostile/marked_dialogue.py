"""A session and two ideas with marked words: who was there, what was held back, and whose a pen name is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.admission import seats
from casework.admission.model import Taker
from casework.decisions.model import Texts
from casework.follow_up.model import Followed
from casework.workflow.clockwork import run_due
from participation.dialogue import service as sessions
from participation.dialogue.model import AgendaLine, Plan, Times
from participation.ideas import service as ideas
from participation.ideas.model import NewIdea
from tests.hub_api.portal.conftest import Portal

ATTENDEE, ATTENDEE_ADDRESS, MEMBER = "Zqxattendee", "zqxguest@example.om", "Zqxmember"
REFUSED, REFUSED_BODY, REFUSED_ADDRESS = "Zqxrefused", "Zqxheldback", "zqxwriter@example.om"
AUTHOR = "zqxauthor"
#: Chosen by whoever wrote it, for everybody to read.
PEN_NAME = "Zqppenname"
MARKS = (ATTENDEE, ATTENDEE_ADDRESS, MEMBER, REFUSED, REFUSED_BODY, REFUSED_ADDRESS, AUTHOR)
TABLES: Mapping[str, set[str]] = {
    "participation.seats": {ATTENDEE, ATTENDEE_ADDRESS, MEMBER},
    "participation.ideas": {REFUSED, REFUSED_BODY, REFUSED_ADDRESS},
    "innovation.people": {AUTHOR, MEMBER},
    # Whom a mail went to; what it said is gone.
    "innovation.outbox": {ATTENDEE_ADDRESS, REFUSED_ADDRESS, AUTHOR},
}


@dataclass(frozen=True)
class Talked:
    """``author`` is the address of whoever uses a pen name; ``issued`` numbers and codes are told once."""

    known: Mapping[str, tuple[object, ...]]
    issued: tuple[str, ...]
    author: str

    @property
    def mailed(self) -> dict[str, set[str]]:
        """What each is told of themselves."""
        (seat, seat_code), (idea, idea_code) = self.issued[:2], self.issued[2:]
        return {
            ATTENDEE_ADDRESS: {ATTENDEE_ADDRESS, seat, seat_code},
            REFUSED_ADDRESS: {REFUSED, REFUSED_ADDRESS, idea, idea_code},
            self.author: {AUTHOR},
        }


def talk(portal: Portal, agency: UUID) -> Talked:
    """A session that was held, and its ideas: one admitted, one held back and refused on appeal."""
    call, at = portal.office.programme.call, portal.watch.at
    lead, first, second = (
        Actor(portal.join(name).person_id, (Grant(role),))
        for name, role in (("lead", Role.FACILITATOR), ("one", Role.MODERATOR), ("two", Role.MODERATOR))
    )
    line = AgendaLine(minutes=30, subject_ar="نقاش", subject_en="Talk")
    plan = Plan(
        decider_id=agency, title_ar="ظل", title_en="Shade", question_ar="أين؟", question_en="Where?",
        place_ar="مكتبة", place_en="Library", seats=9, agenda=(line,),
    )  # fmt: skip
    times = Times(at + timedelta(hours=1), at + timedelta(hours=2))
    session_id = call(lead, sessions.create, plan, times)
    call(lead, sessions.move, session_id, "announce", None)
    asked = call(ANONYMOUS, seats.ask, session_id, Taker(ATTENDEE, "en", email=ATTENDEE_ADDRESS))
    member = portal.join("member")
    with portal.city.database.connect() as owner:
        owner.execute(
            "UPDATE innovation.people SET name_en = %s WHERE person_id = %s", [MEMBER, member.person_id]
        )
    taker = Taker(MEMBER, "en", person_id=member.person_id)
    own = call(Actor(member.person_id), seats.ask, session_id, taker)
    author = portal.join(AUTHOR)
    admitted = _propose(portal, Actor(author.person_id), session_id, title="Trees", byline=PEN_NAME)
    refused = _propose(portal, ANONYMOUS, session_id, title=REFUSED, body=REFUSED_BODY, email=REFUSED_ADDRESS)
    call(first, ideas.move, admitted.idea_id, "admit", None)
    call(first, ideas.move, refused.idea_id, "hold", None, "insult")
    call(Followed("idea", refused.idea_id).actor, ideas.move, refused.idea_id, "appeal", None)
    call(second, ideas.move, refused.idea_id, "refuse", None, "insult")
    for hour in (0, 1):
        portal.watch.at = times.begins + timedelta(hours=hour)
        run_due(portal.office.programme, [sessions.SESSIONS])
        for seat in (asked, own) if not hour else ():
            call(lead, seats.move, seat.seat_id, "check_in", None)
    summary = Texts(ar="قيل", en="It was said")
    version = call(lead, sessions.get_talk, session_id).version
    call(lead, sessions.write_summary, session_id, summary, "", version)
    call(lead, sessions.move, session_id, "open_summary", None)
    call(Followed("seat", asked.seat_id).actor, sessions.propose, session_id, "At dusk", "It was said so")
    known = {
        "session_id": (session_id,),
        "idea_id": (admitted.idea_id, refused.idea_id),
        "seat_id": (asked.seat_id,),
    }
    issued = (
        asked.issued.number,
        asked.issued.code,
        refused.issued.number,
        refused.issued.code,
    )
    return Talked(known, issued, author.email)


def _propose(portal: Portal, actor: Actor, session_id: UUID, **said: str) -> ideas.Submitted:
    new = NewIdea(**({"body": "Along the path."} | said), session_id=session_id)  # type: ignore[arg-type]
    return portal.office.programme.call(actor, ideas.submit, new, "en")
