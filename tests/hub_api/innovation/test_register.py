"""``/v1/innovation/funding-awards`` and the 360Giving file: what was accepted, and nobody's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from hackathon.funding.awards.machine import AWARD, PUBLIC
from tests.hackathon.award_specimens import NOON, store_award, store_milestone
from tests.hub_api.conftest import Api, City, open_city, standing
from tests.hub_api.innovation.conftest import organisation

#: The award that every city of these tests has.
LISTED = "00000000-0000-4000-8000-000000000012"


@dataclass(frozen=True, slots=True)
class Register:
    city: City
    shown: dict[str, UUID]
    hidden: dict[str, UUID]


@pytest.fixture(scope="module")
def register(postgres: Any, city_template: Any) -> Iterator[Register]:
    """One award in every state; the one that runs is an organisation's and has been paid of."""
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect() as owner:
            made = {state.name: store_award(owner, state.name) for state in AWARD.states}
            recipient = uuid4()
            organisation(owner, recipient, "Shade Works", "verified")
            owner.execute(
                "UPDATE innovation.applications SET organisation_id = %s WHERE application_id ="
                " (SELECT application_id FROM innovation.funding_awards WHERE award_id = %s)",
                [recipient, made["active"]],
            )
            claim_id, done = uuid4(), store_milestone(owner, made["active"], "accepted")
            owner.execute(
                "INSERT INTO innovation.claims (claim_id, award_id, milestone_id, state, state_changed_at, created_at,"
                " amount_minor, account) VALUES (%s, %s, %s, 'paid', %s, %s, 250500, 'SECRET')",
                [claim_id, made["active"], done, NOON, NOON],
            )
            owner.execute(
                "INSERT INTO innovation.payments VALUES (%s, %s, %s, 250500, '2026-11-24', 'SECRET', NULL, %s)",
                [uuid4(), claim_id, made["active"], NOON],
            )
        yield Register(
            city,
            {name: one for name, one in made.items() if name in PUBLIC},
            {name: one for name, one in made.items() if name not in PUBLIC},
        )


@pytest.fixture
def hub(register: Register) -> Iterator[Api]:
    with standing(register.city) as api:
        yield api


def test_the_register_is_what_was_accepted(register: Register, hub: Api) -> None:
    answer = hub.get("/v1/innovation/funding-awards")
    assert answer.status_code == 200, answer.text
    known = {one["funding_award"]: one for one in answer.json()["data"]}
    assert set(known) == {str(one) for one in register.shown.values()} | {LISTED}
    running = known[str(register.shown["active"])]
    assert (running["amount"], running["paid"], running["currency"]) == ("1000.000", "250.500", "OMR")
    assert (running["first_date"], running["last_date"]) == ("2026-12-01", "2027-11-30")
    assert running["recipient"]["name"]["en"] == "Shade Works"
    assert known[str(register.shown["closed"])]["recipient"] is None
    assert "SECRET" not in answer.text


def test_what_was_not_accepted_is_not_there(register: Register, hub: Api) -> None:
    for award_id in register.hidden.values():
        assert hub.get(f"/v1/innovation/funding-awards/{award_id}").status_code == 404
    one = hub.get(f"/v1/innovation/funding-awards/{register.shown['active']}")
    assert one.json()["data"]["paid"] == "250.500"


def test_filters_and_tables(register: Register, hub: Api) -> None:
    running = hub.get("/v1/innovation/funding-awards?state=active").json()["data"]
    assert [one["funding_award"] for one in running] == [str(register.shown["active"])]
    call = running[0]["call"]
    assert len(hub.get(f"/v1/innovation/funding-awards?call={call}").json()["data"]) == 1
    assert hub.get("/v1/innovation/funding-awards?governorate=OM-ZU").json()["data"] == []
    table = hub.get("/v1/innovation/funding-awards.csv?state=active").text
    assert "Shade Works" in table
    assert ",250.500," in table


def test_the_360giving_file_has_what_the_standard_asks_for(register: Register, hub: Api) -> None:
    answer = hub.get("/v1/innovation/360giving")
    assert answer.status_code == 200, answer.text
    content = json.loads(answer.text)
    assert len(content["grants"]) == len(register.shown) + 1
    required = {"id", "title", "description", "currency", "amountAwarded", "awardDate", "fundingOrganization"}
    for grant in content["grants"]:
        assert required <= grant.keys()
        assert ("recipientOrganization" in grant) != ("recipientIndividual" in grant)
        assert grant["id"].startswith("360G-falaj-")
    running = next(one for one in content["grants"] if one["id"].endswith(str(register.shown["active"])))
    assert (running["amountAwarded"], running["amountDisbursed"]) == (1000.0, 250.5)
    assert "SECRET" not in answer.text
    assert (
        hub.get("/v1/innovation/360giving", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
