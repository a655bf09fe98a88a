"""Submissions, results and awards, as elements of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from casework.workflow.wording import Label
from hackathon.contest.submissions.machine import SUBMISSION
from hub_api.programme.open_data.rules import both_languages
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Element, Listing, columns, name_columns
from hub_api.serving.shapes import names

RESULTS_PACKAGE = "hackathon.contest.results"
#: Two of several in one cell of a table.
SEPARATOR = "; "


def submission_element(row: Row) -> Element:
    submission_id, hackathon, challenge_id, title, summary, team, state, submitted_at, sha256, continued = row
    return {
        "submission": str(submission_id),
        "hackathon": hackathon,
        "challenge": _text(challenge_id),
        "title": title,
        "summary": summary,
        "team": team,
        "state": state,
        "state_name": both_languages(SUBMISSION.public_label(state)),
        "submitted_at": submitted_at,
        "sha256": sha256,
        "continuations": _continuations(continued),
    }


def result_element(row: Row) -> Element:
    _, hackathon, title_en, title_ar, status, released_at, challenge_id, submission_id, title, team, *rest = (
        row
    )
    place, score, raw_score, raw_place, sheet_count = rest
    return {
        "hackathon": hackathon,
        "hackathon_name": names(title_en, title_ar),
        "status": status,
        "status_name": both_languages(Label(RESULTS_PACKAGE, f"status.{status}")),
        "released_at": released_at,
        "challenge": _text(challenge_id),
        "submission": str(submission_id),
        "title": title,
        "team": team,
        "place": place,
        "score": float(score),
        "raw_score": float(raw_score),
        "raw_place": raw_place,
        "sheet_count": sheet_count,
    }


def award_element(row: Row) -> Element:
    (
        _,
        hackathon,
        title_en,
        title_ar,
        award,
        challenge_id,
        place,
        votes,
        submission_id,
        title,
        team,
        continued,
    ) = row
    return {
        "hackathon": hackathon,
        "hackathon_name": names(title_en, title_ar),
        "award": award,
        "award_name": both_languages(Label(RESULTS_PACKAGE, f"award.{award}")),
        "challenge": _text(challenge_id),
        "place": place,
        "vote_count": votes,
        "submission": str(submission_id),
        "title": title,
        "team": team,
        "continuations": _continuations(continued),
    }


def _continuations(found: Iterable[Mapping[str, Any]]) -> list[Element]:
    return [
        {
            "kind": one["kind"],
            "kind_name": both_languages(Label(RESULTS_PACKAGE, f"continuation.{one['kind']}")),
            "reference": one["reference"],
        }
        for one in found
    ]


def _text(identifier: object | None) -> str | None:
    return None if identifier is None else str(identifier)


def _told_together(element: Element) -> list[Element]:
    """As a table, what became of a submission stands in one cell."""
    told = [f"{one['kind']}: {one['reference']}" for one in element["continuations"]]
    return [element | {"continuations": SEPARATOR.join(told)}]


SUBMISSIONS = Listing(
    name="submissions",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: submission_element(row),
    columns=(
        *columns("text", "submission", "hackathon", "challenge", "title", "summary", "team", "state"),
        *name_columns("state_name"),
        *columns("instant", "submitted_at"),
        *columns("text", "sha256", "continuations"),
    ),
    records=_told_together,
)
RESULTS = Listing(
    name="results",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: result_element(row),
    columns=(
        *columns("text", "hackathon"),
        *name_columns("hackathon_name"),
        *columns("text", "status"),
        *name_columns("status_name"),
        *columns("instant", "released_at"),
        *columns("text", "challenge", "submission", "title", "team"),
        *columns("whole", "place"),
        *columns("number", "score", "raw_score"),
        *columns("whole", "raw_place", "sheet_count"),
    ),
)
AWARDS = Listing(
    name="awards",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: award_element(row),
    columns=(
        *columns("text", "hackathon"),
        *name_columns("hackathon_name"),
        *columns("text", "award"),
        *name_columns("award_name"),
        *columns("text", "challenge"),
        *columns("whole", "place", "vote_count"),
        *columns("text", "submission", "title", "team", "continuations"),
    ),
    records=_told_together,
)
