"""Results for everybody, what they say on the page of a submission, and how scores are made."""

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
from casework.workflow.errors import NoSuchObject
from casework.workflow.wording import Label
from citycore.language import Language
from hackathon.contest.hackathons.machine import CONCLUDED
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results import voting
from hackathon.contest.results.errors import BallotOpen
from hackathon.contest.results.model import Booth, Continuation, Entry
from hackathon.contest.results.service import find_outcome, find_results, list_entries
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.rules import is_own
from hub_api.programme.contest.results.words import (
    Places,
    choice_of,
    continuation_label,
    page,
    part_of_tables,
    tables_of,
)
from hub_api.programme.contest.teams.words import is_staff
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import anybody
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import start_of

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
