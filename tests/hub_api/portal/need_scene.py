"""A need with a sealed response, another whose response is open, and who gets into their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from casework.workflow.clockwork import run_due
from programme.registry import BINDINGS
from tests.hackathon.calling import programme_for
from tests.hub_api.portal.conftest import Portal, Somebody

#: In Muscat's time, as browsers send what was chosen.
QUESTIONS_CLOSE, RESPONSES_CLOSE = "2026-12-10T00:00", "2026-12-20T00:00"
NEED: dict[str, Any] = {
    "title_ar": "كشف تسرب المياه", "title_en": "Finding <leaks>", "problem_ar": "تُفقد مياه كثيرة.",
    "problem_en": "Much water is lost.", "client_kind": "municipality", "sector": "water",
    "required": ["leak_detection"], "wished": ["dashboards"], "standard": ["mqtt"], "maturity": "7",
    "governorate": "OM-MA", "language": ["ar", "en"], "budget": "25000", "budget_public": "1", "is_sealed": "1",
    "name_ar0": "الملاءمة", "name_en0": "Fit", "weight0": "60", "name_ar1": "الدعم", "name_en1": "Support",
    "weight1": "40", "na1": "1",
}  # fmt: skip
ANSWERS = {"summary": "We listen to pipes.", "answer_c1": "Well", "answer_c2": "By day", "price": "19500.500"}

#: Objects that some rows are tried with instead, and the name that the path has for them.
OTHERS = {
    "draft_need_id": "need_id", "opened_need_id": "need_id", "opened_response_id": "response_id",
    "sealed_response_id": "response_id",
}  # fmt: skip
FORMS: dict[str, dict[str, str]] = {
    "POST /portal/needs/new": {
        "organisation": "{organisation_id}", "title_ar": "ع", "title_en": "T", "client_kind": "municipality",
        "sector": "water",
    },
    "POST /portal/needs/{need_id}/questions": {"text": "How deep?"},
    "POST /portal/needs/{draft_need_id}/desk/write/{part}": {
        "version": "99", "title_ar": "ع", "title_en": "T", "client_kind": "municipality", "sector": "water", "go": "done",
    },
    "POST /portal/needs/{need_id}/desk/deadlines": {"questions_close": QUESTIONS_CLOSE},
    "POST /portal/needs/{need_id}/desk/extension": {
        "name": "responses_close", "instant": "2020-01-01T00:00", "reason": "technical_fault",
    },
    "POST /portal/needs/{need_id}/desk/step": {"version": "99", "event": "suspend", "reason": "complaint"},
    "POST /portal/needs/{need_id}/desk/questions/{question_id}/answer": {
        "shown": "How?", "answer_ar": "ج", "answer_en": "So",
    },
    "POST /portal/needs/{need_id}/desk/addenda": {"text_ar": "م", "text_en": "A"},
    "POST /portal/needs/{need_id}/desk/openers": {"email": "nobody@mail.example"},
    "POST /portal/needs/{need_id}/opening": {"key": "no key"},
    "POST /portal/needs/{need_id}/response/withdraw": {"version": "99"},
    "POST /portal/needs/{opened_need_id}/evaluation/intended": {
        "response": "{opened_response_id}", "version": "99", "debrief_ar": "و", "debrief_en": "T",
    },
    "POST /portal/needs/{opened_need_id}/challenge": {"hackathon": "{hackathon_id}", "version": "99"},
    "POST /portal/responses/{opened_response_id}/step": {
        "version": "99", "event": "disqualify", "reason": "rules",
    },
}  # fmt: skip


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    staff, agency, vendor = administrator | {"programme_officer"}, frozenset({"officer"}), frozenset({"vendor"})  # fmt: skip
    inside, openers = staff | agency, agency | {"programme_officer"}
    return {
        "GET /portal/needs": everybody,
        "GET /portal/needs/new": agency | {"other_officer"},
        "POST /portal/needs/new": agency,
        "GET /portal/needs/{need_id}": everybody,
        "GET /portal/needs/{draft_need_id}": inside,
        "POST /portal/needs/{need_id}/questions": vendor,
        "GET /portal/needs/{need_id}/desk": inside,
        "GET /portal/needs/{draft_need_id}/desk": inside,
        "GET /portal/needs/{draft_need_id}/desk/write/{part}": agency,
        "POST /portal/needs/{draft_need_id}/desk/write/{part}": agency,
        "POST /portal/needs/{need_id}/desk/deadlines": inside,
        "POST /portal/needs/{need_id}/desk/extension": inside,
        "POST /portal/needs/{need_id}/desk/step": staff,
        "POST /portal/needs/{need_id}/desk/questions/{question_id}/answer": agency,
        "POST /portal/needs/{need_id}/desk/addenda": agency,
        "POST /portal/needs/{need_id}/desk/openers": inside,
        "POST /portal/needs/{need_id}/desk/openers/{opener_id}/remove": inside,
        "GET /portal/needs/{need_id}/opening": inside,
        "POST /portal/needs/{need_id}/opening/key": openers,
        "POST /portal/needs/{need_id}/opening": openers,
        "GET /portal/needs/{need_id}/response": vendor,
        "POST /portal/needs/{need_id}/response": vendor,
        "POST /portal/needs/{need_id}/response/hand-in": vendor,
        "POST /portal/needs/{need_id}/response/draft": vendor,
        "POST /portal/needs/{need_id}/response/draft/open": vendor,
        "POST /portal/needs/{need_id}/response/withdraw": vendor,
        "GET /portal/needs/{need_id}/evaluation": inside,
        "GET /portal/needs/{opened_need_id}/evaluation": inside,
        "POST /portal/needs/{opened_need_id}/evaluation/intended": agency,
        "POST /portal/needs/{opened_need_id}/challenge": agency,
        "GET /portal/responses/{opened_response_id}": inside,
        # What is sealed is there for nobody, not for its vendor either.
        "GET /portal/responses/{sealed_response_id}": frozenset(),
        # It has no file of that number.
        "GET /portal/responses/{opened_response_id}/files/{number}": frozenset(),
        "POST /portal/responses/{opened_response_id}/step": agency,
        "POST /portal/responses/{opened_response_id}/marks": agency,
        "GET /portal/account/responses": signed,
        "GET /portal/account/needs": signed,
        "GET /portal/desk/needs": staff,
        "POST /portal/desk/needs/bulk": staff,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    officer, programme, vendor = people["officer"], people["programme_officer"], people["vendor"]
    agency = str(objects["organisation_id"])
    opened, keys = published(portal, officer, programme, agency)
    opened_response = hand_in(portal, vendor, opened)
    let_close(portal, opened)
    open_all(portal, opened, keys)
    need_id, _ = published(portal, officer, programme, agency)
    assert vendor.browser.send(f"/needs/{need_id}/questions", {"text": "How deep?"}).status_code == 303
    return {
        "need_id": need_id,
        "draft_need_id": draft(officer, agency),
        "question_id": value(portal, "SELECT question_id FROM innovation.need_questions WHERE need_id = %s", need_id),
        "opener_id": value(portal, "SELECT opener_id FROM innovation.need_openers WHERE need_id = %s LIMIT 1", need_id),
        "sealed_response_id": hand_in(portal, vendor, need_id),
        "opened_need_id": opened,
        "part": "what",
        "opened_response_id": opened_response,
    }  # fmt: skip


def draft(officer: Somebody, agency: str, more: Mapping[str, Any] | None = None) -> str:
    """With its dates."""
    answer = officer.browser.send("/needs/new", {**NEED, "organisation": agency, **(more or {})})
    assert answer.status_code == 303, answer.text
    need_id = answer.headers["location"].split("/")[3]
    dates = {"questions_close": QUESTIONS_CLOSE, "responses_close": RESPONSES_CLOSE}
    assert officer.browser.send(f"/needs/{need_id}/desk/deadlines", dates).status_code == 303
    return need_id


def name_opener(officer: Somebody, need_id: str, opener: Somebody) -> str:
    """The words of the key that the opener is shown."""
    answer = officer.browser.send(f"/needs/{need_id}/desk/openers", {"email": opener.email})
    assert answer.status_code == 303, answer.text
    made = opener.browser.send(f"/needs/{need_id}/opening/key")
    assert made.status_code == 200, made.text
    found = re.search(r"<code>((?:[A-Z2-7]{2,4}-?){15})</code>", made.text)
    assert found is not None
    return found.group(1)


def published(
    portal: Portal,
    officer: Somebody,
    programme: Somebody,
    agency: str,
    more: Mapping[str, Any] | None = None,
) -> tuple[str, list[tuple[Somebody, str]]]:
    """A need, and who opens it with which key."""
    need_id = draft(officer, agency, more)
    keys = [(one, name_opener(officer, need_id, one)) for one in (officer, programme)]
    take(portal, officer, need_id, "submit")
    take(portal, programme, need_id, "publish")
    return need_id, keys


def take(portal: Portal, who: Somebody, need_id: str, event: str, reason: str = "") -> None:
    fields = {"event": event, "version": str(version_of(portal, need_id)), "reason": reason}
    answer = who.browser.send(f"/needs/{need_id}/desk/step", fields)
    assert answer.status_code == 303, answer.text


def version_of(portal: Portal, need_id: str) -> Any:
    return value(portal, "SELECT version FROM innovation.needs WHERE need_id = %s", need_id)


def hand_in(
    portal: Portal, vendor: Somebody, need_id: str, answers: Mapping[str, str] = ANSWERS, files: Any = None
) -> str:
    """Begun if need be, and handed in; its identifier."""
    path = f"/needs/{need_id}/response"
    assert vendor.browser.send(path).status_code == 303
    response = value(
        portal, "SELECT response_id FROM innovation.responses WHERE need_id = %s AND created_by = %s", need_id,
        vendor.person_id,
    )  # fmt: skip
    answer = send_response(portal, vendor, need_id, response, answers, files)
    assert answer.status_code == 200, answer.text
    return str(response)


def send_response(
    portal: Portal, vendor: Somebody, need_id: str, response: Any, answers: Mapping[str, str], files: Any = None
) -> Any:  # fmt: skip
    version = value(portal, "SELECT version FROM innovation.responses WHERE response_id = %s", response)
    # A browser sends an empty file where none was chosen.
    sent = files or [("files", ("", b"", "application/octet-stream"))]
    return vendor.browser.send(
        f"/needs/{need_id}/response/hand-in", {**answers, "version": str(version)}, files=sent
    )


def let_close(portal: Portal, need_id: str) -> None:
    """Its dates have come, whatever the clock of all others says."""
    at = portal.watch() - timedelta(seconds=1)
    with portal.city.database.connect() as owner:
        owner.execute("UPDATE innovation.deadlines SET instant = %s WHERE object_id = %s", [at, need_id])
    run_clock(portal)


def run_clock(portal: Portal, at: datetime | None = None) -> None:
    if at is not None:
        portal.watch.at = at
    with portal.city.database.connect("portal") as connection:
        run_due(programme_for(connection, portal.watch), BINDINGS)


def open_all(portal: Portal, need_id: str, keys: list[tuple[Somebody, str]]) -> None:
    for somebody, words in keys:
        answer = somebody.browser.send(f"/needs/{need_id}/opening", {"key": words})
        assert answer.status_code == 303, answer.text


def value(portal: Portal, query: str, *parameters: object) -> Any:
    row = portal.store.execute(query.encode(), parameters).fetchone()
    portal.store.commit()
    assert row is not None
    return row[0]
