"""Rows of the public programme as elements of answers, with the public words of states in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from casework.workflow.model import Machine
from casework.workflow.wording import Label
from citycore.intervals import parse_instant
from citycore.language import LANGUAGES
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.hackathons.machine import DEADLINES, HACKATHON
from hackathon.funding.calls.machine import CALL
from hackathon.market.needs.machine import NEED
from hub_api.programme.open_data.repository import deadline_key
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Column, Element, Listing, columns, name_columns
from hub_api.serving.shapes import names

#: Stages that look alike from outside share this state.
BEING_JUDGED = "being_judged"
_STAGE_OF_JUDGING = "judging"
#: Whose deadlines there are, and the workflows that name them.
WHOSE: Mapping[str, Machine[Any]] = {"hackathon": HACKATHON, "call": CALL, "need": NEED}


def hackathon_element(row: Row) -> Element:
    code, title_en, title_ar, summary_en, summary_ar, state, reason, mode, *rest = row
    place_en, place_ar, is_international, members_min, members_max, rounds, challenge_count, dates = rest
    return {
        "hackathon": code,
        "name": names(title_en, title_ar),
        "description": names(summary_en, summary_ar),
        "state": state,
        "state_name": hackathon_state_name(state),
        "state_reason": reason,
        "state_reason_name": None if reason is None else both_languages(HACKATHON.label("reason", reason)),
        "mode": mode,
        "place": names(place_en, place_ar) if place_en or place_ar else None,
        "international": is_international,
        "team_members_min": members_min,
        "team_members_max": members_max,
        "rounds": rounds,
        "challenge_count": challenge_count,
        "deadlines": [date_element(HACKATHON, **date) for date in dates],
    }


def challenge_element(row: Row) -> Element:
    challenge_id, hackathon, title_en, title_ar, problem_en, problem_ar, state, terms, *rest = row
    organisation_id, kind, name_en, name_ar, datasets, things = rest
    agency = None if organisation_id is None else organisation_name(organisation_id, kind, name_en, name_ar)
    return {
        "challenge": str(challenge_id),
        "hackathon": hackathon,
        "name": names(title_en, title_ar),
        "problem": names(problem_en, problem_ar),
        "state": state,
        "state_name": both_languages(CHALLENGE.public_label(state)),
        "organisation": agency,
        "terms": terms,
        "terms_name": None if terms is None else both_languages(Label(CHALLENGE.package, f"terms.{terms}")),
        "datasets": [{"dataset": code, "url": f"/v1/datasets/{quote(code, safe='')}"} for code in datasets],
        "things": [{"thing": code, "url": f"/v1/things/{quote(code, safe='')}"} for code in things],
    }


def organisation_element(row: Row) -> Element:
    organisation_id, kind, name_en, name_ar, challenge_count = row
    return {
        **organisation_name(organisation_id, kind, name_en, name_ar),
        "kind_name": both_languages(Label("casework.organisations", f"kind.{kind}")),
        "challenge_count": challenge_count,
    }


def deadline_element(row: Row) -> Element:
    """Of a hackathon, of a call or of a need; what it is not of is null."""
    _, code, title_en, title_ar, name, instant, zone, extensions, kind = row
    owners: Element = {one: None for whose in WHOSE for one in (whose, f"{whose}_name")}
    return {
        "kind": kind,
        **owners,
        kind: code,
        f"{kind}_name": names(title_en, title_ar),
        **date_element(WHOSE[kind], name, instant, zone, extensions),
    }


def linking_element(row: Row) -> Element:
    """A challenge where something that it links is told about."""
    challenge_id, hackathon, title_en, title_ar = row
    return {
        "challenge": str(challenge_id),
        "hackathon": hackathon,
        "name": names(title_en, title_ar),
        "url": f"/v1/innovation/challenges/{challenge_id}",
    }


def hackathon_state_name(state: str) -> dict[str, str]:
    return both_languages(HACKATHON.public_label(_STAGE_OF_JUDGING if state == BEING_JUDGED else state))


def reason_label(reason: str) -> Label:
    """Why a deadline was extended."""
    return Label("casework.workflow", f"extension.{reason}")


def date_element(
    machine: Machine[Any],
    deadline: str,
    instant: datetime | str,
    zone: str,
    extensions: Iterable[Mapping[str, Any]],
) -> Element:
    """A deadline of that workflow."""
    return {
        "deadline": deadline,
        "name": both_languages(machine.label("deadline", deadline)),
        "instant": _instant(instant),
        "zone": zone,
        "extensions": [_extension(one) for one in extensions],
    }


def _extension(row: Mapping[str, Any]) -> Element:
    instants = {name: parse_instant(row[name]) for name in ("previous", "instant", "extended_at")}
    return {**instants, "reason": row["reason"], "reason_name": both_languages(reason_label(row["reason"]))}


def organisation_name(
    organisation_id: object, kind: str, name_en: str | None, name_ar: str | None
) -> Element:
    return {"organisation": str(organisation_id), "kind": kind, "name": filled_names(name_en, name_ar)}


def _instant(instant: datetime | str) -> datetime:
    """Within JSON of the database it is text."""
    return parse_instant(instant) if isinstance(instant, str) else instant


def filled_names(english: str | None, arabic: str | None) -> dict[str, str]:
    """What is there in one language stands for the other too."""
    return names(english or arabic or "", arabic or english or "")


def both_languages(label: Label) -> dict[str, str]:
    return {language: label.text(language) for language in LANGUAGES}


def _joined(element: Element, key: str, name: str) -> str:
    """Codes of what is linked, separated by spaces."""
    return " ".join(one[name] for one in element[key])


def _with_dates(element: Element) -> list[Element]:
    """A column a deadline."""
    return [
        element
        | {
            "dates": dict.fromkeys(DEADLINES)
            | {one["deadline"]: one["instant"] for one in element["deadlines"]}
        }
    ]


HACKATHONS = Listing(
    name="hackathons",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: hackathon_element(row),
    columns=(
        *columns("text", "hackathon"),
        *name_columns("name"),
        *name_columns("description"),
        *columns("text", "state"),
        *name_columns("state_name"),
        *columns("text", "state_reason"),
        *columns("text", "mode"),
        *name_columns("place"),
        *columns("truth", "international"),
        *columns("whole", "team_members_min", "team_members_max", "rounds", "challenge_count"),
        *(Column(name, "instant", ("dates", name)) for name in DEADLINES),
    ),
    records=_with_dates,
)
CHALLENGES = Listing(
    name="challenges",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: challenge_element(row),
    columns=(
        *columns("text", "challenge", "hackathon"),
        *name_columns("name"),
        *name_columns("problem"),
        *columns("text", "state"),
        *name_columns("state_name"),
        Column("organisation", "text", ("organisation", "organisation")),
        *(
            Column(f"organisation_name_{language}", "text", ("organisation", "name", language))
            for language in LANGUAGES
        ),
        *columns("text", "terms"),
        *name_columns("terms_name"),
        *columns("text", "datasets", "things"),
    ),
    records=lambda element: (
        element
        | {
            "datasets": _joined(element, "datasets", "dataset"),
            "things": _joined(element, "things", "thing"),
        },
    ),
)
ORGANISATIONS = Listing(
    name="organisations",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: organisation_element(row),
    columns=(
        *columns("text", "organisation", "kind"),
        *name_columns("kind_name"),
        *name_columns("name"),
        *columns("whole", "challenge_count"),
    ),
)
#: As a table, a deadline says how often it was extended and why it was last.
DEADLINE_DATES = Listing(
    name="deadlines",
    key=deadline_key,
    key_type=str,
    element=lambda row, _: deadline_element(row),
    columns=(
        *columns("text", "hackathon"),
        *name_columns("hackathon_name"),
        *columns("text", "deadline"),
        *name_columns("name"),
        *columns("instant", "instant"),
        *columns("text", "zone"),
        *columns("whole", "extension_count"),
        *columns("instant", "extended_at"),
        *columns("text", "extension_reason", "kind", "call"),
        *name_columns("call_name"),
        *columns("text", "need"),
        *name_columns("need_name"),
    ),
    records=lambda element: (element | _last_extension(element),),
)


def _last_extension(element: Element) -> Element:
    last = element["extensions"][-1] if element["extensions"] else {"extended_at": None, "reason": None}
    return {
        "extension_count": len(element["extensions"]),
        "extended_at": last["extended_at"],
        "extension_reason": last["reason"],
    }
