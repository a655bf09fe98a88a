"""The OpenAPI document of people's programs is true: bodies are taken, answers fit, and Schemathesis finds nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from casework.access.model import HUB, SYSTEM, Actor, Grant, Role
from casework.access.shown import FactorKind, Shown, Way
from casework.access_tokens.model import TokenScope, Wish
from casework.access_tokens.service import issue
from casework.people.roles.service import find_actor, grant
from citycore.clock import system_clock
from citycore.language import LANGUAGES
from hackathon.funding.applications import writing
from hackathon.funding.applications.model import Content
from tests.hackathon.award_specimens import store_award, store_milestone
from tests.hackathon.calling import programme_for
from tests.hackathon.funding import DAY, Funding
from tests.hackathon.need_stage import NeedStage
from tests.hackathon.stage import Stage
from tests.hackathon.terms import Programme
from tests.hub_api.conftest import serving_process
from tests.hub_api.generated import generate
from tests.hub_api.participation.conftest import BODIES, Program
from tests.hub_api.portal.conftest import Portal

CONFIG = Path(__file__).resolve().parent / "schemathesis.toml"


def document(portal: Portal, language: str = "en") -> Any:
    answer = Program(portal, None).ask("GET", f"/me/openapi.json?lang={language}")
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_valid_and_needs_no_token(portal: Portal, language: str) -> None:
    described = document(portal, language)
    validate(described)
    summary = described["paths"]["/v1/innovation/me/teams"]["get"]["summary"]
    assert bool(re.search(r"[\u0621-\u064a]", summary)) == (language == "ar")


def test_it_has_the_scopes_of_each_operation_and_a_body_that_fits(portal: Portal) -> None:
    described = document(portal)
    named = set()
    for methods in described["paths"].values():
        for operation in methods.values():
            assert set(operation["x-scopes"]) <= {scope.value for scope in TokenScope}
            if "requestBody" in operation:
                media = operation["requestBody"]["content"]["application/json"]
                fits(described, media["schema"], media["example"])
                named.add(operation["operationId"])
    assert named == set(BODIES)


def test_an_answer_is_described_as_what_is_shown_afterwards(portal: Portal) -> None:
    """Who deletes a view is shown those that are left; who replaces it is shown that one."""
    answers = {
        method: operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"]
        for method, operation in document(portal)["paths"]["/v1/innovation/me/views/{view}"].items()
    }
    assert answers["delete"] == {"type": "array", "items": {"$ref": "#/components/schemas/ListedViewElement"}}
    assert answers["put"] == {"$ref": "#/components/schemas/OneViewElement"}


def test_the_open_data_have_a_document_of_their_own(portal: Portal) -> None:
    opened = portal.run(portal.browser().client.get("/openapi.json")).json()
    assert not set(opened["paths"]) & set(document(portal)["paths"])


def schema_of(described: Any, path: str) -> Any:
    for template, methods in described["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    raise AssertionError(path)


def fits(described: Any, schema: Any, answer: Any) -> None:
    validator = Draft202012Validator({**schema, "components": described["components"]})
    assert [f"{error.json_path} {error.message}" for error in validator.iter_errors(answer)] == []


def somebody_who_is_everything(city: Any) -> tuple[str, dict[str, object]]:
    """The token of a captain, judge, ambassador, officer, vendor, administrator and of finance, and an object of each
    kind that is theirs.
    """
    with city.database.connect("portal") as portal, city.database.connect() as owner:
        judged = Stage(portal, owner)
        person = judged.person()
        judged.judge(person)
        judged.judged_by(1)
        judged.judging(1)
        judged.assign()
        # After it: the clockwork of one moves the other too.
        running = Stage(portal, owner)
        running.until("registration_opens")
        team = running.complete_team(captain=person)
        running.until("starts")
        draft = running.draft(team)
        programme = Programme(portal, Actor(running.person(), (Grant(Role.COORDINATOR),)))
        programme.publish_papers()
        programme.appoint(person)
        accounts = programme_for(portal)
        for role in (Role.ADMINISTRATOR, Role.FINANCE):
            accounts.call(SYSTEM, grant, person, Grant(role, HUB))
        # In a session that has shown a second factor, without which the roles of staff would sleep.
        at = system_clock()
        shown = Shown(Way.PASSWORD, at, FactorKind.TOTP, at)
        wish = Wish("all", tuple(TokenScope), 30)
        token = accounts.call(Actor(person, shown=shown), issue, wish).text
        code = owner.execute(
            "SELECT code FROM innovation.hackathons WHERE hackathon_id = %s", [judged.hackathon_id]
        ).fetchone()
        assert code is not None
        application = apply_with(portal, person)
        return token, {
            "team": team.team_id, "submission": draft.submission_id, "sheet": judged.sheets()[0].sheet_id,
            "hackathon": code[0], "application": application.application_id, "call": application.call_id,
            "need": need_of(portal, owner, person), "claim": claim_in(owner),
        }  # fmt: skip


def need_of(portal: Any, owner: Any, person: Any) -> Any:
    """A need of an agency that the person speaks for, published; as for a vendor that is verified."""
    stage = NeedStage(portal, owner)
    for organisation_id in (stage.agency, stage.company_of(stage.vendor)):
        stage.belong(person, organisation_id)
    return stage.published()


def claim_in(owner: Any) -> Any:
    award_id, claim_id = store_award(owner, "active"), uuid4()
    owner.execute(
        "INSERT INTO innovation.claims (claim_id, award_id, milestone_id, state, state_changed_at, created_at,"
        " amount_minor, account) VALUES (%s, %s, %s, 'submitted', now(), now(), 1000, 'a')",
        [claim_id, award_id, store_milestone(owner, award_id, "accepted")],
    )
    return claim_id


def apply_with(portal: Any, person: Any) -> Any:
    """A draft in a call that is open by the real clock."""
    funding = Funding(portal, system_clock() - 1.5 * DAY)
    call_id = funding.opened()
    actor = find_actor(portal, person, system_clock())
    return programme_for(portal).call(actor, writing.begin, call_id, Content())


def plan(url: str, token: str) -> str:
    answer = httpx.post(
        f"{url}/v1/innovation/me/activities", json=BODIES["plan_activity"],
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.is_success, answer.text
    return str(answer.json()["data"]["activity"])


def test_schemathesis_finds_nothing(city: Any, tmp_path: Path, is_long: bool, seed: int) -> None:
    token, objects = somebody_who_is_everything(city)
    # Wrong keys are tried as fast as they are refused, which tests/hub_api/limits looks at.
    limits = {"FALAJ_LIMITS_WRONG_KEYS_PER_MINUTE": "100000"}
    with serving_process(city.database, tmp_path / "api.log", **limits) as (url, process):
        known = objects | {"activity": plan(url, token)}
        named = "".join(f'"path.{name}" = "{value}"\n' for name, value in known.items())
        config = tmp_path / "known.toml"
        config.write_text(f"{CONFIG.read_text()}\n[parameters]\n{named}")
        document = f"{url}/v1/innovation/me/openapi.json"
        options = (f"--seed={seed}", "--header", f"Authorization: Bearer {token}")
        run = generate(document, config, tmp_path, *options, is_long=is_long)
        described = httpx.get(document).json()
        operations = sum(len(methods) for methods in described["paths"].values())
        assert run.code == 0, run.said
        assert process.poll() is None
    assert run.tested == operations
    assert "Traceback" not in (tmp_path / "api.log").read_text()
