"""Results for everybody, what they say on the page of a submission, and how scores are made.

``/portal/teams/…/feedback``: what a team gets after the results: its feedback, and one appeal.

``/portal/hackathons/…/desk/results``: organisers make results, answer appeals, and say what comes afterwards.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing
from casework.workflow.wording import Label
from citycore.language import Language
from hackathon.contest.hackathons.machine import CONCLUDED, HACKATHON
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury.judges import get_terms
from hackathon.contest.results import appeals, service, voting
from hackathon.contest.results.errors import BallotOpen
from hackathon.contest.results.machine import APPEAL
from hackathon.contest.results.model import Answer, Appeal, Ballot, Booth, Continuation, Entry
from hackathon.contest.results.service import TOLD_IN, find_outcome, find_results, get_feedback, list_entries
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.rules import is_own
from hackathon.contest.submissions.service import find_own_submission
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.hackathons.pages import require_staff
from hub_api.programme.contest.jury.words import refusal_of
from hub_api.programme.contest.results.words import (
    Places,
    choice_of,
    continuation_label,
    page,
    part_of_tables,
    tables_of,
)
from hub_api.programme.contest.teams.words import is_captain, is_staff
from hub_api.programme.kit.errors import FormUnreadable, NoDecision
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import anybody, of_part, signed_in, spread
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.turning import start_of
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
DOCS = Path(__file__).resolve().parents[4] / "docs"


@router.get("/judging")
async def show_judging(request: CurrentRequest) -> Response:
    title, text = judging(request.language)
    return render_page(request, "contest/results/judging.html", title=title, here="hackathons", judging=text)


@cache
def judging(language: Language) -> tuple[str, Markup]:
    """Title and text of the page on how scores are made; read once a process."""
    suffix = ".ar" if language == "ar" else ""
    lines = (DOCS / f"judging{suffix}.md").read_text("utf-8").splitlines()
    # The page has its direction already: of the Arabic text only what is inside.
    start = next(number for number, line in enumerate(lines) if line.startswith("# "))
    head, *rest = [line for line in lines[start:] if line != "</div>"]
    text = "\n".join(rest)
    for file, other in (("judging.md", "en"), ("judging.ar.md", "ar")):
        text = text.replace(f"({file})", f"({MOUNT}/judging?lang={other})")
    html = MarkdownIt("commonmark").enable("table").render(text)
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return head.removeprefix("# "), Markup(html)  # noqa: S704 (our own text)


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """``places`` are those of the tables that are looked for, ``choice`` the people's, once it is told."""
    one, entries = get_hackathon(session, hackathon_id), list_entries(session, hackathon_id)
    results, q = find_results(session, hackathon_id), request.query("q")
    tables, rows = tables_of(session, request, results, entries), request.office.settings.portal.page_rows
    places, after = part_of_tables(tables, q, start_of(request), rows)
    return {
        "title": WORDS.text("results.of", request.language, title=one.description.title(request.language)),
        "one": one,
        "results": results,
        "tables": tables,
        "q": q,
        "places": places,
        "after": after,
        "has_more": sum(len(table.rows) for table in tables) > rows,
        "entries": entries,
        "continued": [entry for entry in entries.values() if entry.continuations],
        "ballot": voting.find_ballot(session, hackathon_id),
        "choice": choice_now(session, hackathon_id, entries),
        "deadlines": {deadline.name: deadline for deadline in session.deadlines(hackathon_id)},
        "is_staff": is_staff(session.actor, hackathon_id),
        "is_final": one.state in CONCLUDED,
    }


def choice_now(session: Session, hackathon_id: UUID, entries: dict[UUID, Entry]) -> Places | None:
    """The people's choice, once voting has closed."""
    try:
        return choice_of(voting.count(session, hackathon_id), entries)
    except (NoSuchObject, BallotOpen):
        return None


page(router, "/hackathons/{hackathon_id}/results", "contest/results/show.html", look, guard=anybody)


class Part(NamedTuple):
    """What results say on the page of a submission: its place, where to vote for it, and what became of it.

    ``may_list``: the visitor's team may offer it in the marketplace.
    """

    hackathon_id: UUID
    place: int | None
    is_final: bool
    booth: Booth | None
    continued: list[tuple[Label, str]]
    may_list: bool


def part_of(session: Session, submission: Submission) -> Part:
    """For ``results/of_submission.html``, which is included with it as ``result``."""
    outcome, submission_id = find_outcome(session, submission), submission.submission_id
    placings = () if outcome.results is None else outcome.results.placings
    continuations = () if outcome.entry is None else outcome.entry.continuations
    return Part(
        submission.hackathon_id,
        next((one.place for one in placings if one.submission_id == submission_id), None),
        submission.hackathon_state in CONCLUDED,
        outcome.booth,
        [(continuation_label(kind), text) for kind, text in continuations],
        any(kind is Continuation.MARKETPLACE for kind, _ in continuations)
        and is_own(session.actor, submission),
    )


_APPEAL = "/teams/{team_id}/appeal"


def look_at_own(session: Session, _: PortalRequest, team_id: UUID) -> dict[str, Any]:
    """``rounds`` holds the feedback of each round with its scale, ``closes_at`` when appeals close."""
    own = get_own(session, team_id)
    is_told, hackathon_id = own.hackathon_state in TOLD_IN, own.hackathon_id
    given = get_feedback(session, own.submission_id) if is_told else []
    deadlines = session.planned(hackathon_id)
    return {
        "team_id": team_id,
        "submission": own,
        "is_told": is_told,
        "rounds": [
            (one, get_terms(session, hackathon_id, number).rubric.scale)
            for number, one in enumerate(given, 1)
        ],
        "appeal": appeals.find_own_appeal(session, hackathon_id, team_id),
        "may_file": appeals.may_file(session, team_id),
        "closes_at": deadlines.get("appeals_close"),
        "is_captain": is_captain(session.actor, team_id),
    }


def get_own(session: Session, team_id: UUID) -> Submission:
    """The submission of one's team; :class:`NoSuchObject`."""
    return existing(find_own_submission(session, team_id))


def withdraw(session: Session, team_id: UUID, seen_version: int) -> None:
    appeal = existing(appeals.find_own_appeal(session, get_own(session, team_id).hackathon_id, team_id))
    appeals.withdraw(session, appeal.appeal_id, seen_version)


PAGE = page(
    router,
    "/teams/{team_id}/feedback",
    "contest/results/own.html",
    look_at_own,
    guard=signed_in,
    title="feedback.title",
)
PAGE.post(_APPEAL, lambda form: form.text("text"), "appeal_filed", appeals.file)
PAGE.post(f"{_APPEAL}/withdraw", lambda form: form.number("version"), "step_taken", withdraw)


BALLOT = ValueForm(Ballot)
MADE_IN = frozenset({"deliberation", "results_provisional"})
ANSWERS = frozenset({"uphold", "dismiss"})


class Answerable(NamedTuple):
    """An appeal with the name of its team; ``refusal`` says why the visitor cannot answer it."""

    appeal: Appeal
    team: str
    decisions: list[tuple[str, str]]
    refusal: str | None


def look_at_desk(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    require_staff(session, hackathon_id)
    one, entries = get_hackathon(session, hackathon_id), service.list_entries(session, hackathon_id)
    prepared = service.find_prepared(session, hackathon_id)
    ballot = voting.find_ballot(session, hackathon_id)
    final_steps = steps_on(session, request, HACKATHON, hackathon_id, frozenset({"finalise"}))
    tables, rows = tables_of(session, request, prepared, entries), request.office.settings.portal.page_rows
    q = request.query("q")
    places, after = part_of_tables(tables, q, start_of(request), rows)
    return {
        "refusal": refusal_of(session, request, hackathon_id),
        "one": one,
        "prepared": prepared,
        "tables": tables,
        "q": q,
        "places": {table.track: table for table in places},
        "after": after,
        "has_more": sum(len(table.rows) for table in tables) > rows,
        "entries": entries,
        "submissions": [
            (str(each.submission_id), f"{each.title} · {each.team}") for each in entries.values()
        ],
        "filed": [
            _answerable(session, request, each) for each in appeals.list_appeals(session, hackathon_id)
        ],
        "finalising": next(iter(final_steps), None),
        "ballot": ballot,
        "written": BALLOT.fill(ballot, request.typed),
        "choice": choice_now(session, hackathon_id, entries),
        "kinds": [(kind.value, continuation_label(kind).text(request.language)) for kind in Continuation],
        "is_voting": ballot is not None and ballot.is_open(session.now()),
        "is_made": one.state in MADE_IN,
        "is_final": one.state in CONCLUDED,
    }


def _answerable(session: Session, request: PortalRequest, appeal: Appeal) -> Answerable:
    steps = steps_on(session, request, APPEAL, appeal.appeal_id, ANSWERS)
    decisions = [
        (f"{step.event}/{reason}", f"{step.label.text(request.language)}: {label.text(request.language)}")
        for step in steps
        for reason, label in step.reasons
    ]
    refusal = next((step.refusal for step in steps if step.refusal), None)
    return Answerable(appeal, get_team(session, appeal.team_id).profile.name, decisions, refusal)


def read_tie(form: Form) -> tuple[str, list[UUID], str]:
    return form.text("track"), form.ids("order"), form.text("reason")


def read_answer(form: Form) -> tuple[Answer, int]:
    version, (event, _, reason) = form.number("version"), form.text("decision").partition("/")
    if not event:
        raise NoDecision
    if event not in ANSWERS:
        raise FormUnreadable
    return Answer(event, reason, form.text("answer")), version


def read_continuation(form: Form) -> tuple[UUID, Continuation, str]:
    kind = next((one for one in Continuation if one == form.text("kind")), None)
    if kind is None:
        raise FormUnreadable
    return form.id("submission"), kind, form.text("reference")


STAFF_PAGE = page(
    router,
    "/hackathons/{hackathon_id}/desk/results",
    "contest/results/staff.html",
    look_at_desk,
    guard=signed_in,
    object_guard=require_staff,
    title="results.desk",
)
STAFF_PAGE.press("prepare", "results_prepared", service.prepare)
STAFF_PAGE.post("tie", read_tie, "tie_decided", spread(service.decide_tie))
STAFF_PAGE.post(
    "release",
    lambda form: form.number("number"),
    "results_released",
    service.release,
    asks="hackathon.publish_provisional",
)
STAFF_PAGE.post("finalise", lambda form: form.number("version"), "step_taken", service.finalise)
STAFF_PAGE.post_part("appeals/{appeal_id}", read_answer, "appeal_decided", of_part(spread(appeals.decide)))
STAFF_PAGE.post("ballot", BALLOT, "saved", voting.set_ballot)
STAFF_PAGE.post(
    "continuation",
    read_continuation,
    "saved",
    lambda session, _, sent: service.note_continuation(session, *sent),
)
