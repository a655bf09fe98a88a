"""``/portal/hackathons/…/desk/submissions``: organisers say what is asked, look at submissions, screen them and let late
ones in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.forms.model import WRITTEN
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions import decisions, service, writing
from hackathon.contest.submissions.machine import HANDING_IN, SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.settings import SubmissionSettings
from hub_api.programme.contest.hackathons.pages import require_staff
from hub_api.programme.contest.hackathons.words import page, vocabulary
from hub_api.programme.contest.submissions.pages import challenge_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, state, text, value, when
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, as_sent, of_part, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import secret_of, take_code
from hub_api.programme.kit.rows import NO_QUESTION, is_named, questions_in, with_spare
from hub_api.programme.kit.steps import steps_on

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/hackathons/{hackathon_id}/desk/submissions"
#: Carries a code of late access from the answer that made it to the page that shows it, once.
LATE_COOKIE = "falaj_late_code"
#: What organisers decide and do; the rest is the team's and the clock's.
DECIDED = frozenset({"accept", "reject", "advance", "leave_out"})
#: Not mentioned where there is no next round.
ROUNDS = frozenset({"advance", "leave_out"})
DONE = frozenset({"disqualify", "reinstate"})


def look_above(session: Session, _: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """Of which hackathon they are, and what waits for its release."""
    return {
        "hackathon": get_hackathon(session, hackathon_id),
        "closes_at": session.planned(hackathon_id).get(writing.CLOSE),
        "prepared": decisions.list_prepared(session, hackathon_id),
    }


LIST = ListPage(
    router,
    _PATH,
    service.DESK,
    (
        Column("list.title", text("title", "submissions.untitled"), link=f"{_PATH}/{{submission_id}}"),
        Column("list.team", text("team")),
        Column("list.state", state(SUBMISSION)),
        Column("list.late", when("late_until", {True: "submissions.has_late"})),
        Column("list.since", value("state_changed_at"), "since"),
    ),
    guard=signed_in,
    here="hackathons",
    title="submissions.desk",
    empty="submissions.none",
    fields={
        "q": FilterLabel("submissions.search"),
        "state": FilterLabel("list.state", states_of(SUBMISSION)),
    },
    bulk=bulk_steps(SUBMISSION, ("accept", "reject", "advance", "leave_out"), decisions.prepare),
    template="contest/submissions/staff_list.html",
    more=look_above,
    object_guard=require_staff,
    vocabulary=vocabulary,
).page
LIST.post("release", lambda form: form.ids("decision"), "decisions_released", of_part(decisions.release))
LIST.press_part("decisions/{decision_id}/withdraw", "step_taken", of_part(decisions.take_back))


# Before the page of a submission, whose address would take it.
def look_at_form(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """With what is asked, or what was typed."""
    require_staff(session, hackathon_id)
    hackathon, most = get_hackathon(session, hackathon_id), session.of(SubmissionSettings).fields_max
    known = with_spare(request, writing.get_form(session, hackathon_id), NO_QUESTION, most)
    return {
        "hackathon": hackathon,
        "rows": known if request.sent is None else questions_in(request.sent, most),
        "is_fixed": bool(service.count_submissions(session, hackathon_id)),
        "kinds": [(one.value, WORDS.text(f"submissions.kind_{one}", request.language)) for one in WRITTEN],
    }


def send_form(session: Session, hackathon_id: UUID, form: Form) -> None:
    rows = questions_in(form, session.of(SubmissionSettings).fields_max)
    writing.set_form(session, hackathon_id, [one for one in rows if is_named(one)])


page(
    router,
    f"{_PATH}/form",
    "contest/submissions/form.html",
    look_at_form,
    guard=signed_in,
    object_guard=require_staff,
    title="submissions.form",
).post("", as_sent, "saved", send_form)


def get_own(session: Session, hackathon_id: UUID, submission_id: UUID) -> Submission:
    """Of this hackathon, for those who organise it; :class:`NoSuchObject`."""
    require_staff(session, hackathon_id)
    one = service.get_submission(session, submission_id)
    if one.hackathon_id != hackathon_id:
        raise NoSuchObject
    return one


def look(session: Session, request: PortalRequest, hackathon_id: UUID, submission_id: UUID) -> dict[str, Any]:
    """With what was added to its newest step, and to the decision that waits."""
    one = get_own(session, hackathon_id, submission_id)
    waiting = decisions.list_prepared(session, hackathon_id)
    prepared = [each for each in waiting if each.decision.object_id == submission_id]
    steps = steps_on(session, request, SUBMISSION, submission_id, DECIDED | DONE)
    return {
        "title": one.draft.title or one.team_name,
        "submission": one,
        "challenge": challenge_of(session, one),
        "questions": writing.get_form(session, hackathon_id),
        "versions": service.list_versions(session, submission_id),
        "steps": [each for each in steps if each.event not in ROUNDS or each.refusal is None],
        "step_words": session.words(submission_id, *(each.decision.prepared_id for each in prepared)),
        "prepared": next(iter(prepared), None),
        "code": take_code(request, LATE_COOKIE, submission_id),
        "may_grant": one.hackathon_state in HANDING_IN and one.state not in {"disqualified", "withdrawn"},
    }


def grant_late(session: Session, hackathon_id: UUID, submission_id: UUID, until: datetime) -> Onward:
    """A code for this team, which the next page shows this once."""
    code = writing.grant_late_access(session, submission_id, until)
    path = f"{_PATH}/{submission_id}".format(hackathon_id=hackathon_id)
    return Onward(path, secret=secret_of(LATE_COOKIE, submission_id, code))


PAGE = page(
    router,
    f"{_PATH}/{{submission_id}}",
    "contest/submissions/staff.html",
    look,
    guard=signed_in,
    object_guard=get_own,
    subject=Subject(
        SUBMISSION,
        "submission",
        lambda one: one.hackathon_id if one.late_until is None else one.submission_id,
    ),
)
PAGE.steps(of_part(decisions.prepare), DECIDED, path="prepare", notice="prepared")
PAGE.steps(of_part(writing.move), DONE)
PAGE.press_part(
    "decisions/{decision_id}/withdraw",
    "step_taken",
    lambda session, _hackathon, _submission, decision_id: decisions.take_back(session, decision_id),
)
PAGE.post("late", lambda form: form.chosen_instant("until"), "late_granted", grant_late)
