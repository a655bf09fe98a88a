"""Needs and responses for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from casework.workflow.model import Binding
from citycore.store.connections import Connection
from hackathon.market.needs.repository import NEEDS
from hackathon.market.responses.repository import RESPONSES
from tests.hackathon import machines


def store_need(connection: Connection) -> UUID:
    """Written, with dates and two openers who have keys, as an agency's draft."""
    need_id = uuid4()
    machines.store_agency(connection, machines.AGENCY)
    connection.execute(
        "INSERT INTO innovation.needs (need_id, organisation_id, state, state_changed_at, created_at, code, title_ar,"
        " title_en, problem_ar, problem_en, client_kind, sector, capabilities, capabilities_wished, standards,"
        " maturity_min, languages, currency, is_budget_public, sme_only, is_sealed, criteria)"
        " VALUES (%s, %s, 'draft', %s, %s, %s, 'ع', 'T', 'م', 'P', 'municipality', 'water', '{metering}', '{}',"
        ' \'{}\', 1, \'{}\', \'OMR\', false, false, true, \'[{"code": "fit", "name_ar": "م", "name_en": "Fit",'
        ' "weight": "100", "may_be_not_applicable": false}]\')',
        [need_id, machines.AGENCY, machines.NOON, machines.NOON, f"need-{need_id}"],
    )
    for number in (1, 2):
        connection.execute(
            "INSERT INTO innovation.need_openers (opener_id, need_id, person_id, side, added_at, public_key,"
            " key_made_at) VALUES (%s, %s, %s, 'agency', %s, %s, %s)",
            [
                uuid4(), need_id, machines.store_account(connection), machines.NOON, bytes([number]) * 32,
                machines.NOON,
            ],
        )  # fmt: skip
    for name in NEEDS.machine.deadlines:
        machines.set_deadline(connection, need_id, name, machines.AHEAD)
    return need_id


def store_response(connection: Connection) -> UUID:
    """Begun by a verified vendor, for a need that is published."""
    response_id, vendor_id, need_id = uuid4(), uuid4(), store_need(connection)
    company = machines.store_organisation(connection)
    connection.execute(
        "UPDATE innovation.needs SET state = 'published', published_at = %s WHERE need_id = %s",
        [machines.NOON, need_id],
    )
    connection.execute(
        "INSERT INTO innovation.vendors (vendor_id, organisation_id, state, state_changed_at, created_at, governorate,"
        " is_sme, profile_ar, profile_en) VALUES (%s, %s, 'verified', %s, %s, 'OM-MU', true, '', '')",
        [vendor_id, company, machines.NOON, machines.NOON],
    )
    connection.execute(
        "INSERT INTO innovation.responses (response_id, need_id, vendor_id, organisation_id, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, %s, 'draft', %s, %s)",
        [response_id, need_id, vendor_id, company, machines.NOON, machines.NOON],
    )
    return response_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = (
    (NEEDS, store_need),
    (RESPONSES, store_response),
)
