"""The statements about certificates. It never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.people.model import Names, Recipient
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.outreach.activities.model import Total
from hackathon.outreach.certificates.credential import LIST_BITS
from hackathon.outreach.certificates.machine import CERTIFICATE
from hackathon.outreach.certificates.model import Certificate, Facts, Kind, NewCertificate, TermDue

QUERIES = load_queries("hackathon.outreach.certificates")


def find_certificate(connection: Connection, certificate_id: UUID) -> Certificate | None:
    return row_of(connection, Certificate, QUERIES["certificate"], {"certificate_id": certificate_id})


def find_by_short_id(connection: Connection, short_id: str) -> Certificate | None:
    certificate_id = row_of(connection, UUID, QUERIES["by_short_id"], {"short_id": short_id})
    return None if certificate_id is None else find_certificate(connection, certificate_id)


def find_of_person(connection: Connection, person_id: UUID, rows: int) -> list[Certificate]:
    return rows_of(connection, Certificate, QUERIES["of_person"], {"person_id": person_id, "rows": rows})


def store_offer(connection: Connection, new: NewCertificate, at: datetime) -> bool:
    """Whether it was stored; not if the same has been offered already."""
    parameters = values_of(new) | values_of(new.award) | {"state": CERTIFICATE.initial.name, "at": at}
    return connection.execute(QUERIES["offer"], parameters).rowcount > 0


def set_names(connection: Connection, certificate_id: UUID, names: Names) -> None:
    parameters = {"certificate_id": certificate_id, "name_ar": names.ar, "name_en": names.en}
    connection.execute(QUERIES["name"], parameters)


def seal(connection: Connection, certificate_id: UUID, credential: str, at: datetime) -> None:
    parameters = {"certificate_id": certificate_id, "credential": credential, "at": at}
    connection.execute(QUERIES["seal"], parameters)


def find_holder(connection: Connection, person_id: UUID) -> Recipient | None:
    return row_of(connection, Recipient, QUERIES["holder"], {"person_id": person_id})


def find_term_total(
    connection: Connection, ambassador_id: UUID, starts_at: datetime, ends_at: datetime
) -> Total:
    """What was verified of a term."""
    parameters = {"ambassador_id": ambassador_id, "starts_at": starts_at, "ends_at": ends_at}
    return only_row(connection, Total, QUERIES["term_total"], parameters)


def find_due(
    connection: Connection, hackathon_id: UUID, actor: Actor, hidden: Collection[UUID]
) -> list[tuple[Kind, UUID]]:
    """(kind, person) for everybody but the actor and the hidden teams who is due one and has had none."""
    parameters = {"hackathon_id": hackathon_id, "actor": actor.person_id, "hidden": list(hidden)}
    return [
        (Kind(kind), person) for kind, person in connection.execute(QUERIES["due"], parameters).fetchall()
    ]


def count_awarded(
    connection: Connection, hackathon_id: UUID, hidden: Collection[UUID]
) -> Counter[tuple[Kind, str]]:
    """How many of each kind are in each state, without those of hidden people."""
    parameters = {"hackathon_id": hackathon_id, "hidden": list(hidden)}
    rows = connection.execute(QUERIES["tally"], parameters).fetchall()
    return Counter({(Kind(kind), state): count for kind, state, count in rows})


def find_terms_due(connection: Connection, actor: Actor, rows: int) -> list[TermDue]:
    return rows_of(connection, TermDue, QUERIES["terms_due"], {"actor": actor.person_id, "rows": rows})


def find_judged_by(connection: Connection, actor: Actor) -> list[UUID]:
    """Hackathons in which the actor judges, or is asked to."""
    return rows_of(connection, UUID, QUERIES["judged_by"], {"person_id": actor.person_id})


def find_people_of(connection: Connection, teams: Collection[UUID]) -> list[UUID]:
    """Who belongs to these teams."""
    if not teams:
        return []
    return rows_of(connection, UUID, QUERIES["people_of_teams"], {"teams": list(teams)})


def find_newest_number(connection: Connection) -> int:
    """That of the certificate that was offered last; 0 if there is none."""
    return only_row(connection, int, QUERIES["newest_number"])


def find_revoked(connection: Connection, list_number: int) -> list[int]:
    parameters = {"first": list_number * LIST_BITS, "size": LIST_BITS}
    return rows_of(connection, int, QUERIES["revoked"], parameters)


def _read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    found = find_certificate(connection, object_id)
    if found is None:
        return None
    person_id = found.award.person_id
    scopes = frozenset({Scope(ScopeKind.PERSON, person_id)})
    facts = Facts(actor.person_id == person_id)
    return Standing(object_id, found.state, found.version, "certificates", scopes, object_id, facts)


CERTIFICATES: Binding[Facts] = Binding(CERTIFICATE, QUERIES["lock"], _read, QUERIES["move"])
