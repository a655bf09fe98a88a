"""The statements about certificates. It never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.workflow.model import Binding, Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.outreach.certificates.credential import LIST_BITS
from hackathon.outreach.certificates.machine import CERTIFICATE
from hackathon.outreach.certificates.model import Award, Certificate, Facts, Holder, Kind, TermDue

QUERIES = load_queries("hackathon.outreach.certificates")


def find_certificate(connection: Connection, certificate_id: UUID) -> Certificate | None:
    row = connection.execute(QUERIES["certificate"], {"certificate_id": certificate_id}).fetchone()
    return None if row is None else _certificate(row)


def find_by_short_id(connection: Connection, short_id: str) -> Certificate | None:
    row = connection.execute(QUERIES["by_short_id"], {"short_id": short_id}).fetchone()
    return None if row is None else find_certificate(connection, row[0])


def find_of_person(connection: Connection, person_id: UUID, rows: int) -> list[Certificate]:
    found = connection.execute(QUERIES["of_person"], {"person_id": person_id, "rows": rows}).fetchall()
    return [_certificate(row) for row in found]


def store_offer(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection, certificate_id: UUID, short_id: str, salt: str, award: Award, at: datetime
) -> bool:
    """Whether it was stored; not if the same has been offered already."""
    parameters = {
        "certificate_id": certificate_id,
        "short_id": short_id,
        "person_id": award.person_id,
        "kind": award.kind,
        "subject_id": award.subject_id,
        "occurrence": award.number,
        "occasion_ar": award.occasion.ar,
        "occasion_en": award.occasion.en,
        "starts_on": award.starts_on,
        "ends_on": award.ends_on,
        "minutes": award.minutes,
        "reached": award.reached,
        "expires_at": award.expires_at,
        "state": CERTIFICATE.initial.name,
        "at": at,
        "salt": salt,
    }
    return connection.execute(QUERIES["offer"], parameters).rowcount > 0


def set_names(connection: Connection, certificate_id: UUID, names: Names) -> None:
    parameters = {"certificate_id": certificate_id, "name_ar": names.ar, "name_en": names.en}
    connection.execute(QUERIES["name"], parameters)


def seal(connection: Connection, certificate_id: UUID, credential: str, at: datetime) -> None:
    parameters = {"certificate_id": certificate_id, "credential": credential, "at": at}
    connection.execute(QUERIES["seal"], parameters)


def find_holder(connection: Connection, person_id: UUID) -> Holder | None:
    row = connection.execute(QUERIES["holder"], {"person_id": person_id}).fetchone()
    if row is None:
        return None
    holder_id, email, language, name_ar, name_en = row
    return Holder(holder_id, email, language, Names(name_ar, name_en))


def find_term_total(
    connection: Connection, ambassador_id: UUID, starts_at: datetime, ends_at: datetime
) -> tuple[int, int, int]:
    """(activities, minutes, people) that were verified of a term."""
    parameters = {"ambassador_id": ambassador_id, "starts_at": starts_at, "ends_at": ends_at}
    row = connection.execute(QUERIES["term_total"], parameters).fetchone()
    assert row is not None
    activities, minutes, reached = row
    return int(activities), int(minutes), int(reached)


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


def find_awarded(  # noqa: PLR0913, PLR0917 (a search has this many sides)
    connection: Connection,
    kinds: Collection[Kind],
    hackathon_id: UUID | None,
    hidden: Collection[UUID],
    words: str,
    short_id: str | None,
    after: UUID | None,
    rows: int,
) -> list[Certificate]:
    parameters = {
        "kinds": list(kinds),
        "hackathon_id": hackathon_id,
        "hidden": list(hidden),
        "pattern": like_pattern(words),
        "short_id": short_id,
        "after": after,
        "rows": rows,
    }
    return [_certificate(row) for row in connection.execute(QUERIES["awarded"], parameters).fetchall()]


def find_terms_due(connection: Connection, actor: Actor, rows: int) -> list[TermDue]:
    found = connection.execute(QUERIES["terms_due"], {"actor": actor.person_id, "rows": rows}).fetchall()
    return [
        TermDue(
            ambassador_id,
            person_id,
            Names(name_ar, name_en),
            Governorate(governorate),
            term,
            ends_at,
            *map(int, figures),
        )
        for ambassador_id, person_id, name_ar, name_en, governorate, term, ends_at, *figures in found
    ]


def find_judged_by(connection: Connection, actor: Actor) -> list[UUID]:
    """Hackathons in which the actor judges, or is asked to."""
    rows = connection.execute(QUERIES["judged_by"], {"person_id": actor.person_id}).fetchall()
    return [hackathon_id for (hackathon_id,) in rows]


def find_people_of(connection: Connection, teams: Collection[UUID]) -> list[UUID]:
    """Who belongs to these teams."""
    if not teams:
        return []
    rows = connection.execute(QUERIES["people_of_teams"], {"teams": list(teams)}).fetchall()
    return [person_id for (person_id,) in rows]


def find_newest_number(connection: Connection) -> int:
    """That of the certificate that was offered last; 0 if there is none."""
    row = connection.execute(QUERIES["newest_number"]).fetchone()
    assert row is not None
    return int(row[0])


def find_revoked(connection: Connection, list_number: int) -> list[int]:
    parameters = {"first": list_number * LIST_BITS, "size": LIST_BITS}
    return [number for (number,) in connection.execute(QUERIES["revoked"], parameters).fetchall()]


def _read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    found = find_certificate(connection, object_id)
    if found is None:
        return None
    person_id = found.award.person_id
    scopes = frozenset({Scope(ScopeKind.PERSON, person_id)})
    return Standing(
        object_id,
        found.state,
        found.version,
        "certificates",
        scopes,
        object_id,
        Facts(actor.person_id == person_id),
    )


def _certificate(row: tuple[Any, ...]) -> Certificate:
    certificate_id, short_id, kind, person_id, subject_id, occasion_ar, occasion_en, *rest = row
    starts_on, ends_on, occurrence, minutes, reached, expires_at, name_ar, name_en, *state = rest
    award = Award(
        Kind(kind),
        person_id,
        subject_id,
        Names(occasion_ar, occasion_en),
        starts_on,
        ends_on,
        occurrence,
        minutes,
        reached,
        expires_at,
    )
    return Certificate(certificate_id, short_id, award, Names(name_ar, name_en), *state)


CERTIFICATES: Binding[Facts] = Binding(CERTIFICATE, QUERIES["lock"], _read, QUERIES["move"])
