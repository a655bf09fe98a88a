"""The statements about awards. It never commits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import LiteralString, TypeVar
from uuid import UUID

from casework.access.model import Actor
from casework.attachments.model import StoredFile
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, row_of, rows_of
from hackathon.funding.applications.repository import find_own_of_call, hidden_applications
from hackathon.funding.awards.machine import AWARD, CLAIM, FINANCE, MILESTONE, STAFF
from hackathon.funding.awards.model import (
    Amendment,
    Award,
    AwardFacts,
    Claim,
    ClaimFacts,
    Listed,
    Milestone,
    MilestoneFacts,
    NewAward,
    NewClaim,
    NewPayment,
    Plan,
    Terms,
)
from hackathon.funding.awards.rules import chain_of, scopes_of
from hackathon.funding.awards.settings import AwardSettings

Facts = TypeVar("Facts")
Money = TypeVar("Money", AwardFacts, ClaimFacts)
QUERIES = load_queries("hackathon.funding.awards")
#: Who decides about awards and their money.
DECIDERS = STAFF | FINANCE


def is_hidden(connection: Connection, actor: Actor, application_id: UUID, call_id: UUID) -> bool:
    """Whether it does not exist for whoever would decide: as its application does not, for a conflict of interest."""
    return application_id in hidden_from(connection, actor, call_id)


def hidden_from(connection: Connection, actor: Actor, call_id: UUID) -> frozenset[UUID]:
    """Applications of a call that do not exist for whoever would decide about them."""
    return hidden_applications(connection, actor, call_id, DECIDERS)


def kept_from(connection: Connection, actor: Actor, call_id: UUID) -> frozenset[UUID]:
    """Applications of a call of which the desk shows nothing: what is hidden from the actor, and the actor's own."""
    own = find_own_of_call(connection, call_id, actor.person_id)
    return hidden_applications(connection, actor, call_id, DECIDERS) | frozenset(own)


def find_award(connection: Connection, award_id: UUID) -> Award | None:
    return next(iter(find_awards(connection, [award_id])), None)


def find_awards(connection: Connection, award_ids: Collection[UUID]) -> list[Award]:
    return rows_of(connection, Award, QUERIES["awards"], {"awards": list(award_ids)})


def find_of_call(connection: Connection, listed: Listed) -> list[Award]:
    return rows_of(connection, Award, QUERIES["of_call"], values_of(listed))


def find_of_person(connection: Connection, person_id: UUID, rows: int) -> list[UUID]:
    return rows_of(connection, UUID, QUERIES["of_person"], {"person_id": person_id, "rows": rows})


def hold_call(connection: Connection, call_id: UUID) -> tuple[int, str]:
    """What is left of a call's budget, and its currency; nobody grants of it meanwhile."""
    return _left(connection, "hold_call", call_id)


def find_budget(connection: Connection, call_id: UUID) -> tuple[int, str]:
    """The same as it is just now, for who only looks."""
    return _left(connection, "budget", call_id)


def _left(connection: Connection, query: str, call_id: UUID) -> tuple[int, str]:
    row = known(connection.execute(QUERIES[query], {"call_id": call_id}).fetchone())
    budget, currency, granted, spent_on_ended = row
    return int(budget - granted - spent_on_ended), currency


def find_application(connection: Connection, application_id: UUID) -> tuple[UUID, str] | None:
    """Call and state of what an offer is about."""
    row = connection.execute(QUERIES["application"], {"application_id": application_id}).fetchone()
    return None if row is None else (row[0], row[1])


def belongs(connection: Connection, actor: Actor, application_id: UUID) -> bool:
    """Whether the actor applies, or applied, with it."""
    parameters = {"application_id": application_id, "person_id": actor.person_id}
    return only_row(connection, bool, QUERIES["belongs"], parameters)


def store_award(connection: Connection, new: NewAward, at: datetime) -> bool:
    """Whether it was stored; not if the application has one."""
    parameters = values_of(new) | values_of(new.terms) | {"state": AWARD.initial.name, "at": at}
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def write_texts(connection: Connection, award_id: UUID, terms: Terms) -> None:
    connection.execute(QUERIES["write_texts"], {**values_of(terms), "award_id": award_id})


def set_contract(connection: Connection, award_id: UUID, contract: str, contracted_on: date) -> None:
    parameters = {"award_id": award_id, "contract": contract, "contracted_on": contracted_on}
    connection.execute(QUERIES["set_contract"], parameters)


def amend(
    connection: Connection, award_id: UUID, amendment_id: UUID, amendment: Amendment, by: UUID | None
) -> None:
    parameters = values_of(amendment) | {
        "award_id": award_id,
        "amendment_id": amendment_id,
        "by": by,
    }
    connection.execute(QUERIES["amend"], parameters)
    connection.execute(QUERIES["add_amendment"], parameters)


def find_amendments(connection: Connection, award_id: UUID) -> list[Amendment]:
    return rows_of(connection, Amendment, QUERIES["amendments"], {"award_id": award_id})


def find_milestones(connection: Connection, award_id: UUID) -> list[Milestone]:
    """All of an award by their numbers."""
    return rows_of(connection, Milestone, QUERIES["milestones"], {"award_id": award_id})


def find_milestone(connection: Connection, milestone_id: UUID) -> Milestone | None:
    return row_of(connection, Milestone, QUERIES["milestone"], {"milestone_id": milestone_id})


def add_milestone(
    connection: Connection, award_id: UUID, milestone_id: UUID, plan: Plan, at: datetime
) -> None:
    parameters = {
        **values_of(plan),
        "award_id": award_id,
        "milestone_id": milestone_id,
        "state": MILESTONE.initial.name,
        "at": at,
    }
    connection.execute(QUERIES["add_milestone"], parameters)


def write_report(connection: Connection, milestone_id: UUID, report: str, by: UUID | None) -> None:
    connection.execute(QUERIES["write_report"], {"milestone_id": milestone_id, "report": report, "by": by})


def find_files(connection: Connection, milestone_id: UUID) -> list[StoredFile]:
    return rows_of(connection, StoredFile, QUERIES["milestone_files"], {"milestone_id": milestone_id})


def add_file(connection: Connection, milestone_id: UUID, file: StoredFile, at: datetime) -> None:
    connection.execute(
        QUERIES["add_milestone_file"], {**values_of(file), "milestone_id": milestone_id, "at": at}
    )


def remove_file(connection: Connection, milestone_id: UUID, file_id: UUID, at: datetime) -> bool:
    parameters = {"milestone_id": milestone_id, "file_id": file_id, "at": at}
    return connection.execute(QUERIES["remove_milestone_file"], parameters).rowcount > 0


def find_claims(connection: Connection, award_id: UUID) -> list[Claim]:
    """All of an award as they came."""
    return rows_of(connection, Claim, QUERIES["claims"], {"award_id": award_id})


def find_claim(connection: Connection, claim_id: UUID) -> Claim | None:
    return row_of(connection, Claim, QUERIES["claim"], {"claim_id": claim_id})


def kept_of_claims(
    connection: Connection, actor: Actor, states: Collection[str], calls: Collection[UUID] | None
) -> list[UUID]:
    """Applications of whose claims in these states the desk shows nothing, of some calls or of all (None)."""
    parameters = {"states": list(states), "calls": None if calls is None else list(calls)}
    waiting = rows_of(connection, UUID, QUERIES["calls_with_claims"], parameters)
    return list(frozenset[UUID]().union(*(kept_from(connection, actor, call_id) for call_id in waiting)))


def find_claims_in(connection: Connection, wanted: Mapping[str, object]) -> list[Claim]:
    """What waits in ``states``, of ``calls`` or of all (None), without what is ``hidden``; so many ``rows``."""
    return rows_of(connection, Claim, QUERIES["claims_in"], wanted)


def add_claim(connection: Connection, new: NewClaim, at: datetime) -> None:
    connection.execute(QUERIES["add_claim"], values_of(new) | {"state": CLAIM.initial.name, "at": at})


def write_claim(connection: Connection, claim_id: UUID, amount_minor: int, account: str) -> None:
    parameters = {"claim_id": claim_id, "amount_minor": amount_minor, "account": account}
    connection.execute(QUERIES["write_claim"], parameters)


def note_approval(connection: Connection, claim_id: UUID, by: UUID | None) -> None:
    connection.execute(QUERIES["note_approval"], {"claim_id": claim_id, "by": by})


def note_finance(connection: Connection, claim_id: UUID, by: UUID | None) -> None:
    connection.execute(QUERIES["note_finance"], {"claim_id": claim_id, "by": by})


def add_payment(connection: Connection, new: NewPayment, at: datetime) -> None:
    connection.execute(QUERIES["add_payment"], values_of(new) | {"at": at})


def _reader(
    query: LiteralString, facts_of: Callable[..., Facts]
) -> Callable[[Connection, UUID, Actor], Standing[Facts] | None]:
    """Of an award, or of something that belongs to one: whoever decides about others finds none in conflict."""

    def read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
        parameters = {"object_id": object_id, "actor": actor.person_id}
        row = connection.execute(query, parameters).fetchone()
        if row is None or is_hidden(connection, actor, row[2], row[3]):
            return None
        state, version, application_id, call_id, *facts = row
        scopes = scopes_of(application_id, call_id)
        return Standing(object_id, state, version, chain_of(call_id), scopes, object_id, facts_of(*facts))

    return read


def _within_limits(
    read: Callable[[Connection, UUID, Actor], Standing[Money] | None],
) -> Callable[[Connection, UUID, Actor, AwardSettings], Standing[Money] | None]:
    """With how much one person decides about alone."""

    def read_within(
        connection: Connection, object_id: UUID, actor: Actor, limits: AwardSettings
    ) -> Standing[Money] | None:
        found = read(connection, object_id, actor)
        if found is None:
            return None
        return replace(found, facts=replace(found.facts, alone_minor=limits.alone_minor_max))

    return read_within


AWARDS = Binding(
    AWARD,
    QUERIES["lock"],
    _within_limits(_reader(QUERIES["standing"], AwardFacts)),
    QUERIES["move"],
    QUERIES["due"],
    limits=AwardSettings,
)
MILESTONES = Binding(
    MILESTONE,
    QUERIES["lock_milestone"],
    _reader(QUERIES["milestone_standing"], MilestoneFacts),
    QUERIES["move_milestone"],
    QUERIES["due_milestone"],
    called=QUERIES["called_milestone"],
)
CLAIMS = Binding(
    CLAIM,
    QUERIES["lock_claim"],
    _within_limits(_reader(QUERIES["claim_standing"], ClaimFacts)),
    QUERIES["move_claim"],
    called=QUERIES["called_claim"],
    limits=AwardSettings,
)
