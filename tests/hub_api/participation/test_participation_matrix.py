"""Every operation of people's programs, for everybody, and for every scope. An operation without a row fails.

"In" means that the service was reached and answered: what it then says of an old version is its own business.
"Out" means 401, 403 or 404. Of each set of people one row is tried by everybody, each other by those at its door, as in the
portal's matrix; ``--long`` tries all rows by everybody.
"""

from __future__ import annotations

from functools import cache

import pytest

from casework.access_tokens.model import TokenScope
from hub_api.programme.programs.routes import OPERATIONS
from tests.hub_api.participation.conftest import BODIES, Program, token_of
from tests.hub_api.participation.test_participation_document import document, fits, schema_of
from tests.hub_api.portal.alike import at_the_door
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import SCENES, Town

#: As in the portal's matrix; "visitor" has no token.
EVERYBODY = (
    "visitor", "other", "owner", "officer", "other_officer", "programme", "organiser", "other_organiser", "judge",
    "coordinator", "administrator", "captain", "mate", "seated", "host", "ambassador", "applicant", "co_applicant",
    "reviewer", "close_reviewer", "programme_officer", "finance", "vendor", "rival",
)  # fmt: skip
SIGNED = frozenset(EVERYBODY) - {"visitor"}
TEAM = frozenset({"captain", "mate"})
SEATED = frozenset({"seated"})
APPLY = frozenset({"applicant", "co_applicant"})
LEAD = frozenset({"applicant"})
AMBASSADOR = frozenset({"ambassador"})
#: Who speaks for the vendor whose offering it is; a rival stays out.
VENDOR = frozenset({"vendor"})
#: Who speaks for the agency that has the need.
AGENCY = frozenset({"officer"})
#: Who runs calls for the whole hub.
PROGRAMME = frozenset({"programme_officer", "administrator"})
MONEY = PROGRAMME | {"finance"}
#: Of the hackathon that is judged; who organises another one stays out.
HOSTS = frozenset({"programme", "administrator", "host"})
ROWS: dict[str, frozenset[str]] = {
    "GET /v1/innovation/me": SIGNED,
    # Everybody has a list of their own, which may be empty.
    "GET /v1/innovation/me/teams": SIGNED,
    "GET /v1/innovation/me/teams/{team}": TEAM,
    "POST /v1/innovation/me/teams/{team}/submission": TEAM,
    "GET /v1/innovation/me/submissions/{submission}": TEAM,
    "PUT /v1/innovation/me/submissions/{submission}": TEAM,
    "POST /v1/innovation/me/submissions/{submission}/reopen": TEAM,
    "GET /v1/innovation/me/submissions/{submission}/versions": TEAM,
    "POST /v1/innovation/me/submissions/{submission}/versions": TEAM,
    "GET /v1/innovation/me/sheets": SIGNED,
    "GET /v1/innovation/me/sheets/{sheet}": SEATED,
    "PUT /v1/innovation/me/sheets/{sheet}": SEATED,
    "POST /v1/innovation/me/sheets/{sheet}/steps": SEATED,
    "GET /v1/innovation/me/activities": SIGNED,
    # Who is no ambassador is told that they are not serving.
    "POST /v1/innovation/me/activities": SIGNED,
    "GET /v1/innovation/me/activities/{activity}": AMBASSADOR,
    "PUT /v1/innovation/me/activities/{activity}/report": AMBASSADOR,
    "POST /v1/innovation/me/activities/{activity}/steps": AMBASSADOR,
    "GET /v1/innovation/me/reviews": SIGNED,
    # Who is close to those who apply finds no review of theirs.
    "GET /v1/innovation/me/reviews/{review}": frozenset({"reviewer"}),
    "PUT /v1/innovation/me/reviews/{review}": frozenset({"reviewer"}),
    "POST /v1/innovation/me/reviews/{review}/steps": frozenset({"reviewer"}),
    "GET /v1/innovation/me/applications": SIGNED,
    "GET /v1/innovation/me/applications/{application}": APPLY,
    "PUT /v1/innovation/me/applications/{application}": APPLY,
    "POST /v1/innovation/me/applications/{application}/reopen": LEAD,
    "GET /v1/innovation/me/applications/{application}/versions": APPLY,
    "POST /v1/innovation/me/applications/{application}/versions": LEAD,
    "GET /v1/innovation/me/vendors": SIGNED,
    "GET /v1/innovation/me/vendors/{vendor}/offerings": VENDOR,
    "POST /v1/innovation/me/vendors/{vendor}/offerings": VENDOR,
    "GET /v1/innovation/me/offerings/{offering}": VENDOR,
    "PUT /v1/innovation/me/offerings/{offering}/draft": VENDOR,
    "POST /v1/innovation/me/offerings/{offering}/steps": VENDOR,
    "GET /v1/innovation/me/needs": SIGNED,
    "GET /v1/innovation/me/needs/{need}": AGENCY,
    "POST /v1/innovation/me/needs/{need}/questions/{question}/answer": AGENCY,
    "POST /v1/innovation/me/needs/{need}/addenda": AGENCY,
    # Empty for whoever speaks for no vendor that is verified; the rival is not yet.
    "GET /v1/innovation/me/marketplace/needs": SIGNED,
    "GET /v1/innovation/me/marketplace/needs/{need}": VENDOR,
    "POST /v1/innovation/me/marketplace/needs/{need}/questions": VENDOR,
    "GET /v1/innovation/desk/calls": PROGRAMME,
    "GET /v1/innovation/desk/calls/{call}": PROGRAMME,
    "POST /v1/innovation/desk/calls/{call}/steps": PROGRAMME,
    "GET /v1/innovation/desk/calls/{call}/applications": PROGRAMME,
    "GET /v1/innovation/desk/calls/{call}/applications/{application}": PROGRAMME,
    "POST /v1/innovation/desk/calls/{call}/applications/{application}/decision": PROGRAMME,
    "POST /v1/innovation/desk/calls/{call}/applications/{application}/questions": PROGRAMME,
    "GET /v1/innovation/desk/claims": MONEY,
    "GET /v1/innovation/desk/claims/{claim}": MONEY,
    "POST /v1/innovation/desk/claims/{claim}/steps": PROGRAMME,
    "POST /v1/innovation/desk/claims/{claim}/payment/steps": frozenset({"finance"}),
    "POST /v1/innovation/desk/claims/{claim}/payment": frozenset({"finance"}),
    "GET /v1/innovation/desk/hackathons/{hackathon}/teams": HOSTS,
    "GET /v1/innovation/desk/hackathons/{hackathon}/submissions": HOSTS,
    "GET /v1/innovation/desk/hackathons/{hackathon}/sheets": HOSTS,
    "GET /v1/innovation/me/views": SIGNED,
    "POST /v1/innovation/me/views": SIGNED,
    "GET /v1/innovation/me/views/{view}": frozenset({"owner"}),
    "PUT /v1/innovation/me/views/{view}": frozenset({"owner"}),
    "DELETE /v1/innovation/me/views/{view}": frozenset({"owner"}),
    # Everybody who has its link.
    "GET /v1/innovation/views/{link}": SIGNED | {"visitor"},
    "GET /v1/innovation/me/reports": SIGNED,
    "POST /v1/innovation/me/reports": SIGNED,
    "GET /v1/innovation/me/reports/{report}": frozenset({"owner"}),
    "POST /v1/innovation/me/reports/{report}/steps": frozenset({"owner"}),
    "POST /v1/innovation/me/reports/{report}/end": frozenset({"owner"}),
    **{row: who for scene in SCENES for row, who in getattr(scene, "PROGRAMS", {}).items()},
}
VERSION = "2"
#: That need no token.
OPEN = frozenset({"GET /v1/innovation/views/{link}"})


BY_ROW = {f"{operation.method} {operation.path}": operation for operation in OPERATIONS}


def test_every_operation_has_a_row() -> None:
    assert set(BY_ROW) == set(ROWS)


@pytest.fixture(scope="module")
def objects(portal: Portal, town: Town) -> dict[str, object]:
    code = portal.store.execute(
        "SELECT code FROM innovation.hackathons WHERE hackathon_id = %s", [town.objects["judged_id"]]
    ).fetchone()
    assert code is not None
    ambassador = Program(portal, token_of(portal, town.people["ambassador"].person_id))
    planned = ambassador.ask("POST", "/me/activities", BODIES["plan_activity"])
    owner = Program(portal, token_of(portal, town.people["owner"].person_id))
    view = owner.ask("POST", "/me/views", BODIES["create_view"] | {"shared": True}).json()["data"]
    chosen = owner.ask("POST", "/me/reports", BODIES["choose_report"])
    return {
        "view": view["view"], "link": view["link"],
        "report": chosen.json()["data"]["report"],
        "team": town.objects["team_id"], "submission": town.objects["submission_id"],
        "sheet": town.objects["sheet_id"], "activity": planned.json()["data"]["activity"], "hackathon": code[0],
        "application": town.objects["application_id"],
        "review": town.objects["review_id"],
        "vendor": town.objects["vendor_id"], "offering": town.objects["offering_id"],
        "need": town.objects["need_id"], "question": town.objects["question_id"],
        "call": town.objects["call_id"], "claim": town.objects["claim_id"],
        "annotation": town.objects["annotation_id"], "alert": town.objects["alert_id"],
    }  # fmt: skip


@pytest.fixture(scope="module")
def programs(portal: Portal, town: Town) -> dict[str, Program]:
    tokens = {who: token_of(portal, town.people[who].person_id) for who in SIGNED}
    return {"visitor": Program(portal, None)} | {who: Program(portal, token) for who, token in tokens.items()}


def is_in(program: Program, row: str, objects: dict[str, object]) -> bool:
    return status_of(program, row, objects) not in {401, 403, 404}


def status_of(program: Program, row: str, objects: dict[str, object]) -> int:
    """Of a right request that saw an old version, so that nothing changes."""
    method, _, path = row.partition(" ")
    body = BODIES.get(BY_ROW[row].name)
    address = path.format(**objects).removeprefix("/v1/innovation")
    answer = program.ask(method, address, body, seen=99)
    assert answer.status_code < 500, answer.text
    return answer.status_code


#: The first row of each set of people.
TRIED_BY_ALL = frozenset({who: row for row, who in sorted(ROWS.items(), reverse=True)}.values())


@pytest.mark.parametrize("row", sorted(ROWS))
def test_who_gets_in(
    programs: dict[str, Program], objects: dict[str, object], row: str, is_long: bool
) -> None:
    everybody = frozenset(EVERYBODY)
    is_tried_by_all = is_long or row in TRIED_BY_ALL
    near = everybody & at_the_door(everybody, ROWS[row], sorted(ROWS).index(row))
    tried = everybody if is_tried_by_all else near
    assert {who for who in tried if is_in(programs[who], row, objects)} == ROWS[row] & tried


@cache
def _narrow(portal: int, who: str, scope: TokenScope) -> list[str]:
    """Room for one token: a person has only a few."""
    return []


def narrow(portal: Portal, town: Town, who: str, scope: TokenScope) -> str:
    known = _narrow(id(portal), who, scope)
    if not known:
        known.append(token_of(portal, town.people[who].person_id, scope))
    return known[0]


@pytest.mark.parametrize("row", sorted(ROWS))
def test_a_token_without_the_scope_is_refused_whoever_has_it(
    portal: Portal, town: Town, objects: dict[str, object], row: str
) -> None:
    accepted = BY_ROW[row].scopes
    assert accepted or row in OPEN
    if row in OPEN:
        return
    for scope in TokenScope:
        several = {who: Program(portal, narrow(portal, town, who, scope)) for who in sorted(ROWS[row])}
        if scope in accepted:
            # One of them: each of several scopes may be for other roles.
            assert any(is_in(program, row, objects) for program in several.values()), scope
        else:
            assert status_of(several[min(ROWS[row])], row, objects) == 403, scope


@pytest.mark.parametrize("row", sorted(ROWS))
def test_no_object_is_found_by_an_identifier_that_nobody_has(
    programs: dict[str, Program], objects: dict[str, object], row: str
) -> None:
    if "{" not in row:
        return
    nobodys = dict.fromkeys(objects, "00000000-0000-4000-8000-000000000000")
    for who in ("captain", "seated", "administrator", "ambassador", "applicant", "vendor"):
        assert status_of(programs[who], row, nobodys) == 404, who


def test_answers_fit_their_document(portal: Portal, town: Town) -> None:
    described, objects = document(portal), town.objects
    code = portal.store.execute(
        "SELECT code FROM innovation.hackathons WHERE hackathon_id = %s", [objects["judged_id"]]
    ).fetchone()
    assert code is not None
    paths = {
        "captain": (
            "/me/teams", f"/me/teams/{objects['team_id']}", f"/me/submissions/{objects['submission_id']}",
            f"/me/submissions/{objects['submission_id']}/versions",
        ),
        "seated": ("/me/sheets", f"/me/sheets/{objects['sheet_id']}"),
        "applicant": (
            "/me/applications", f"/me/applications/{objects['application_id']}",
            f"/me/applications/{objects['application_id']}/versions",
        ),
        "officer": ("/me/needs", f"/me/needs/{objects['need_id']}", f"/me/needs/{objects['opened_need_id']}"),
        "vendor": (
            "/me/vendors", f"/me/vendors/{objects['vendor_id']}/offerings", f"/me/offerings/{objects['offering_id']}",
            "/me/marketplace/needs", f"/me/marketplace/needs/{objects['need_id']}",
            f"/me/marketplace/needs/{objects['opened_need_id']}",
        ),
        "programme_officer": (
            "/desk/calls", f"/desk/calls/{objects['call_id']}", f"/desk/calls/{objects['call_id']}/applications",
            f"/desk/calls/{objects['call_id']}/applications/{objects['application_id']}",
            "/desk/annotations", f"/desk/annotations/{objects['annotation_id']}",
        ),
        "administrator": ("/me", f"/me/alerts/{objects['alert_id']}"),
        "finance": ("/desk/claims", f"/desk/claims/{objects['claim_id']}"),
        "host": tuple(f"/desk/hackathons/{code[0]}/{what}" for what in ("teams", "submissions", "sheets")),
    }  # fmt: skip
    for who, several in paths.items():
        program = Program(portal, token_of(portal, town.people[who].person_id))
        for path in several:
            answer = program.ask("GET", path)
            assert answer.status_code == 200, answer.text
            assert answer.json()["data"], path
            fits(described, schema_of(described, f"/v1/innovation{path}"), answer.json())
