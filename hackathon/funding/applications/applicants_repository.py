"""The statements about who applies. It never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.people.model import Address
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.rows import known, only_row, row_of, rows_of
from hackathon.funding.applications.errors import AlreadyInvited
from hackathon.funding.applications.machine import APPLICANT, OVER
from hackathon.funding.applications.model import Applicant, ApplicantFacts
from hackathon.funding.applications.repository import APPLICANT_QUERIES as QUERIES
from hackathon.funding.applications.repository import find_application, hidden_applications
from hackathon.funding.applications.rules import scopes_of
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.rules import chain_of

TAKEN = {"applicants_once": AlreadyInvited, "applicants_invited": AlreadyInvited}


@dataclass(frozen=True, slots=True)
class NewApplicant:
    """A row to be stored; ``address`` is that of an invitation."""

    applicant_id: UUID
    application_id: UUID
    person_id: UUID | None = None
    address: Address | None = None
    is_lead: bool = False


def store_applicant(connection: Connection, new: NewApplicant, at: datetime) -> None:
    parameters = values_of(new) | {"state": APPLICANT.initial.name, "at": at}
    connection.execute(QUERIES["store_applicant"], parameters)


def find_applicant(connection: Connection, applicant_id: UUID) -> Applicant | None:
    return row_of(connection, Applicant, QUERIES["applicant"], {"applicant_id": applicant_id})


def find_invitations(connection: Connection, person_id: UUID) -> list[Applicant]:
    """Invitations that wait for the answer of a person."""
    return rows_of(connection, Applicant, QUERIES["invitations"], {"person_id": person_id})


def bind(connection: Connection, applicant_id: UUID, person_id: UUID) -> None:
    connection.execute(QUERIES["bind_applicant"], {"applicant_id": applicant_id, "person_id": person_id})


def is_invited(connection: Connection, applicant_id: UUID, person_id: UUID | None) -> bool:
    parameters = {"applicant_id": applicant_id, "person_id": person_id}
    return only_row(connection, bool, QUERIES["is_invited"], parameters)


def is_known(
    connection: Connection, application_id: UUID, person_id: UUID | None, email_key: str | None
) -> bool:
    """Whether the person applies with it, or the address is invited."""
    parameters = {"application_id": application_id, "person_id": person_id, "email_key": email_key}
    return only_row(connection, bool, QUERIES["is_known"], parameters)


def count_invited(connection: Connection, application_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_invited"], {"application_id": application_id})


def make_lead(connection: Connection, application_id: UUID, applicant_id: UUID) -> None:
    connection.execute(QUERIES["drop_lead"], {"application_id": application_id})
    connection.execute(QUERIES["make_lead"], {"applicant_id": applicant_id})


def _read(connection: Connection, applicant_id: UUID, actor: Actor) -> Standing[ApplicantFacts] | None:
    found = find_applicant(connection, applicant_id)
    application = None if found is None else find_application(connection, found.application_id)
    if found is None or application is None:
        return None
    person_id = found.person_id
    if found.state == "invited" and is_invited(connection, applicant_id, actor.person_id):
        person_id = actor.person_id
    is_self = person_id is not None and person_id == actor.person_id
    if not is_self and found.application_id in hidden_applications(connection, actor, application.call_id):
        return None
    parameters = {"applicant_id": applicant_id, "person_id": person_id, "over": list(OVER)}
    row = known(connection.execute(QUERIES["applicant_surroundings"], parameters).fetchone())
    state, applicants, applications = row
    own = frozenset() if person_id is None else frozenset({Scope(ScopeKind.PERSON, person_id)})
    limits = ApplicationSettings()
    limit = limits.applications_of_person_max
    facts = ApplicantFacts(state, applicants, limits.applicants_max, applications, limit, found.is_lead)
    return Standing(
        applicant_id,
        found.state,
        found.version,
        chain_of(application.call_id),
        scopes_of(application) | own,
        applicant_id,
        facts,
    )


APPLICANTS: Binding[ApplicantFacts] = Binding(
    APPLICANT,
    QUERIES["lock_applicant"],
    _read,
    QUERIES["move_applicant"],
    QUERIES["due_applicants"],
)
