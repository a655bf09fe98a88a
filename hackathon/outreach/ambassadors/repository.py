"""The statements about ambassadors. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.governorates.model import Governorate
from casework.people.model import Names, Recipient
from casework.workflow.model import Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.outreach.ambassadors.machine import AMBASSADOR
from hackathon.outreach.ambassadors.model import (
    Ambassador,
    Application,
    Facts,
    Listed,
    Paper,
    PaperKind,
    Profile,
    PublicTerm,
)

QUERIES = load_queries("hackathon.outreach.ambassadors")


def find_ambassador(connection: Connection, ambassador_id: UUID) -> Ambassador | None:
    row = connection.execute(QUERIES["ambassador"], {"ambassador_id": ambassador_id}).fetchone()
    return None if row is None else _ambassador(row)


def find_of_person(connection: Connection, person_id: UUID) -> Ambassador | None:
    """The newest application of a person, or what became of it."""
    row = connection.execute(QUERIES["of_person"], {"person_id": person_id}).fetchone()
    return None if row is None else find_ambassador(connection, row[0])


def find_ambassadors(
    connection: Connection, states: Collection[str], words: str, after: UUID | None, rows: int
) -> list[Ambassador]:
    parameters = {"states": list(states), "pattern": like_pattern(words), "after": after, "rows": rows}
    return [_ambassador(row) for row in connection.execute(QUERIES["list"], parameters).fetchall()]


def find_prepared(connection: Connection, actor: UUID | None, rows: int) -> list[Ambassador]:
    parameters = {"machine": AMBASSADOR.name, "actor": actor, "rows": rows}
    return [_ambassador(row) for row in connection.execute(QUERIES["prepared"], parameters).fetchall()]


def find_listed(
    connection: Connection, governorate: Governorate | None, words: str, after: UUID | None, rows: int
) -> list[Listed]:
    parameters = {"governorate": governorate, "pattern": like_pattern(words), "after": after, "rows": rows}
    return [_listed(row) for row in connection.execute(QUERIES["directory"], parameters).fetchall()]


def find_public_term(connection: Connection, ambassador_id: UUID) -> PublicTerm | None:
    row = connection.execute(QUERIES["listed"], {"ambassador_id": ambassador_id}).fetchone()
    return None if row is None else PublicTerm(_listed(row[:-2]), *row[-2:])


def count_listed(connection: Connection) -> dict[Governorate, int]:
    return {
        Governorate(code): count for code, count in connection.execute(QUERIES["count_listed"]).fetchall()
    }


def count_states(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(QUERIES["count_states"]).fetchall())


def store_application(
    connection: Connection, ambassador_id: UUID, person_id: UUID, application: Application, at: datetime
) -> bool:
    """Whether it was stored; not if the person has one that is not over."""
    parameters = {
        **asdict(application),
        "ambassador_id": ambassador_id,
        "person_id": person_id,
        "state": AMBASSADOR.initial.name,
        "at": at,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def present(connection: Connection, ambassador_id: UUID, profile: Profile) -> None:
    connection.execute(QUERIES["present"], {**asdict(profile), "ambassador_id": ambassador_id})


def begin_term(connection: Connection, ambassador_id: UUID, starts_at: datetime, ends_at: datetime) -> None:
    parameters = {"ambassador_id": ambassador_id, "starts_at": starts_at, "ends_at": ends_at}
    connection.execute(QUERIES["begin_term"], parameters)


def set_active(connection: Connection, ambassador_id: UUID, last_active_at: datetime) -> None:
    parameters = {"ambassador_id": ambassador_id, "last_active_at": last_active_at}
    connection.execute(QUERIES["set_active"], parameters)


def find_papers(connection: Connection) -> dict[PaperKind, Paper]:
    """The newest of each kind that has one."""
    rows = connection.execute(QUERIES["papers"]).fetchall()
    return {PaperKind(kind): Paper(PaperKind(kind), *rest) for kind, *rest in rows}


def publish(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection, kind: PaperKind, text_ar: str, text_en: str, at: datetime, by: UUID | None
) -> int:
    """The version that it is."""
    parameters = {"kind": kind, "text_ar": text_ar, "text_en": text_en, "at": at, "by": by}
    row = connection.execute(QUERIES["publish"], parameters).fetchone()
    assert row is not None
    return int(row[0])


def commit_to(
    connection: Connection, ambassador_id: UUID, paper: Paper, at: datetime, by: UUID | None
) -> None:
    parameters = {
        "ambassador_id": ambassador_id,
        "kind": paper.kind,
        "version": paper.version,
        "at": at,
        "by": by,
    }
    connection.execute(QUERIES["commit"], parameters)


def find_recipient(connection: Connection, ambassador_id: UUID) -> Recipient | None:
    row = connection.execute(QUERIES["recipient"], {"ambassador_id": ambassador_id}).fetchone()
    if row is None:
        return None
    person_id, email, language, name_ar, name_en = row
    return Recipient(person_id, email, language, Names(name_ar, name_en).shown(language))


def read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it."""
    found = find_ambassador(connection, object_id)
    if found is None:
        return None
    done = {
        kind
        for (kind,) in connection.execute(QUERIES["papers_done"], {"ambassador_id": object_id}).fetchall()
    }
    waiting = connection.execute(QUERIES["reports_waiting"], {"ambassador_id": object_id}).fetchone()
    assert waiting is not None
    facts = Facts(
        actor.person_id == found.person_id, PaperKind.TRAINING in done, PaperKind.CONDUCT in done, waiting[0]
    )
    scopes = frozenset({Scope(ScopeKind.PERSON, found.person_id)})
    chain = f"ambassador:{object_id}"
    return Standing(object_id, found.state, found.version, chain, scopes, object_id, facts)


def _listed(row: tuple[Any, ...]) -> Listed:
    ambassador_id, name_ar, name_en, code, *rest = row
    return Listed(ambassador_id, Names(name_ar, name_en), Governorate(code), *rest)


def _ambassador(row: tuple[Any, ...]) -> Ambassador:
    ambassador_id, person_id, name_ar, name_en, governorate, motivation, language, *rest = row
    is_listed, biography_ar, biography_en, *state = rest
    return Ambassador(
        ambassador_id,
        person_id,
        Names(name_ar, name_en),
        Application(Governorate(governorate), motivation, language),
        Profile(is_listed, biography_ar, biography_en),
        *state,
    )
