"""What awards hold about a person."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.people.holders import Erased, Holder, Outcome, Row
from casework.people.leaving.rows import stream_rows
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from citycore.store.rows import only_row
from hackathon.funding.awards.repository import QUERIES


def export(connection: Connection, person_id: UUID) -> Iterator[tuple[str, Row]]:
    for section, name in (
        ("awards", "export"),
        ("milestone_reports", "export_reports"),
        ("claims_approved", "export_approvals"),
    ):
        for row in stream_rows(connection, QUERIES[name], {"person_id": person_id}):
            yield section, row


def erase(connection: Connection, person_id: UUID) -> list[Erased]:
    """Who approved and paid public money stays known, as the key of somebody without a name."""
    parameters = {"person_id": person_id}
    reports = connection.execute(QUERIES["erase_reports"], parameters).rowcount
    amendments = connection.execute(QUERIES["erase_amendments"], parameters).rowcount
    claims = only_row(connection, int, QUERIES["count_approvals"], parameters)
    payments = only_row(connection, int, QUERIES["count_payments"], parameters)
    return [
        Erased("milestones", Outcome.ANONYMISED, reports),
        Erased("award_amendments", Outcome.ANONYMISED, amendments),
        Erased("claims", Outcome.KEPT, claims, "public_money"),
        Erased("payments", Outcome.KEPT, payments, "public_money"),
    ]


def hindrances(connection: Connection, person_id: UUID) -> tuple[Label, ...]:
    leads = only_row(connection, bool, QUERIES["leads_award"], {"person_id": person_id})
    return (Label("hackathon.funding.awards", "hindrance.leads_award"),) if leads else ()


HOLDER = Holder(
    noun="awards",
    tables=frozenset({"milestones", "award_amendments", "claims", "payments"}),
    export=export,
    erase=erase,
    hindrances=hindrances,
)
