"""Results for everybody, what they say on the page of a submission, and how scores are made."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Deadline
from casework.workflow.repository import find_deadlines
from casework.workflow.wording import Label
from citycore.language import Language
from hackathon.contest.hackathons.machine import STAFF
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results import voting
from hackathon.contest.results.errors import BallotOpen
from hackathon.contest.results.model import Ballot, Booth, Continuation, Entry, ResultSet
from hackathon.contest.results.service import find_outcome, get_results, list_entries
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.rules import is_own
from hub_api.programme.contest.hackathons.words import vocabulary as hackathon_vocabulary
from hub_api.programme.contest.results.words import (
    Row,
    Table,
    choice_of,
    continuation_label,
    part_of_tables,
    tables_of,
    track_titles,
    vocabulary,
)
from hub_api.programme.kit.numbers import Start
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
FINAL_IN = frozenset({"results_final", "archived"})
DOCS = Path(__file__).resolve().parents[4] / "docs"


@router.get("/judging")
async def show_judging(request: CurrentRequest) -> Response:
    title, text = judging(request.language)
    return render_page(request, "contest/results/judging.html", title=title, here="hackathons", judging=text)


@router.get("/hackathons/{hackathon_id}/results")
async def show_results(
    request: CurrentRequest, hackathon_id: UUID, q: str = "", start: Start = 0
) -> Response:
    shown = await request.look(lambda session: _look(session, request, hackathon_id))
    about, rows = shown.one.description, request.office.settings.portal.page_rows
    places, after = part_of_tables(shown.tables, q, max(0, start), rows)
    return render_page(
        request,
        "contest/results/show.html",
        here="hackathons",
        title=WORDS.text(
            "results.of",
            request.language,
            title=about.title_ar if request.language == "ar" else about.title_en,
        ),
        is_staff=holds_any(request.actor, STAFF, scopes_of(hackathon_id)),
        is_final=_is_final(shown.one),
        q=q,
        places=places,
        after=after,
        has_more=sum(len(table.rows) for table in shown.tables) > rows,
        continued=[entry for entry in shown.entries.values() if entry.continuations],
        **shown._asdict(),
        **hackathon_vocabulary(request),
        **vocabulary(),
    )


class Part(NamedTuple):
    """What results say on the page of a submission: its place, where to vote for it, and what became of it.

    ``may_list``: the visitor's team may offer it in the marketplace.
    """

    hackathon_id: UUID
    row: Row | None
    is_final: bool
    booth: Booth | None
    continued: list[tuple[Label, str]]
    may_list: bool


def part_of(session: Session, request: PortalRequest, submission: Submission) -> Part:
    """For ``results/of_submission.html``, which is included with it as ``result``."""
    outcome = find_outcome(session, submission)
    entry, found = outcome.entry, outcome.results
    tables = (
        [] if found is None or entry is None else tables_of(found.placings, {entry.submission_id: entry}, {})
    )
    rows = [row for table in tables for row in table.rows]
    continued = (
        [] if entry is None else [(continuation_label(kind), text) for kind, text in entry.continuations]
    )
    goes_on = entry is not None and any(kind is Continuation.MARKETPLACE for kind, _ in entry.continuations)
    may_list = goes_on and is_own(request.actor, submission)
    return Part(
        submission.hackathon_id,
        rows[0] if rows else None,
        submission.hackathon_state in FINAL_IN,
        outcome.booth,
        continued,
        may_list,
    )


class Shown(NamedTuple):
    """A hackathon's results; ``choice`` is the people's, place by place, once it is told."""

    one: Hackathon
    results: ResultSet | None
    tables: list[Table]
    entries: dict[UUID, Entry]
    ballot: Ballot | None
    choice: list[tuple[int, int, list[Entry]]] | None
    deadlines: dict[str, Deadline]


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


def _look(session: Session, request: PortalRequest, hackathon_id: UUID) -> Shown:
    one = get_hackathon(session, hackathon_id)
    entries = list_entries(session, hackathon_id)
    results = _told(session, hackathon_id)
    placings = () if results is None else results.placings
    tables = tables_of(placings, entries, track_titles(session, request, placings))
    ballot = voting.find_ballot(session, hackathon_id)
    deadlines = {deadline.name: deadline for deadline in find_deadlines(session.connection, hackathon_id)}
    choice = choice_now(session, hackathon_id, entries)
    return Shown(one, results, tables, entries, ballot, choice, deadlines)


def choice_now(
    session: Session, hackathon_id: UUID, entries: dict[UUID, Entry]
) -> list[tuple[int, int, list[Entry]]] | None:
    """The people's choice, once voting has closed."""
    try:
        counted = voting.count(session, hackathon_id)
    except (NoSuchObject, BallotOpen):
        return None
    return choice_of(counted, entries)


def _told(session: Session, hackathon_id: UUID) -> ResultSet | None:
    try:
        return get_results(session, hackathon_id)
    except NoSuchObject:
        return None


def _is_final(one: Hackathon) -> bool:
    return one.state in FINAL_IN
