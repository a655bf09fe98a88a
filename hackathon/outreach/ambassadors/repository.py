"""The statements about ambassadors. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.governorates.model import Governorate
from casework.people.model import Recipient
from casework.workflow.model import Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, only_row, row_of, rows_of
from hackathon.outreach.ambassadors.machine import AMBASSADOR
from hackathon.outreach.ambassadors.model import (
    Ambassador,
    Application,
    Facts,
    Listed,
    NextPaper,
    Paper,
    PaperKind,
    Profile,
    PublicTerm,
)

QUERIES = load_queries("hackathon.outreach.ambassadors")


def find_ambassador(connection: Connection, ambassador_id: UUID) -> Ambassador | None:
    return find_some(connection, [ambassador_id]).get(ambassador_id)


def find_some(connection: Connection, ambassador_ids: Collection[UUID]) -> dict[UUID, Ambassador]:
    found = rows_of(connection, Ambassador, QUERIES["some"], {"ambassadors": list(ambassador_ids)})
    return {ambassador.ambassador_id: ambassador for ambassador in found}


def find_of_person(connection: Connection, person_id: UUID) -> Ambassador | None:
    """The newest application of a person, or what became of it."""
    ambassador_id = row_of(connection, UUID, QUERIES["of_person"], {"person_id": person_id})
    return None if ambassador_id is None else find_ambassador(connection, ambassador_id)


def find_ambassadors(
    connection: Connection, states: Collection[str], words: str, after: UUID | None, rows: int
) -> list[Ambassador]:
    parameters = {"states": list(states), "pattern": like_pattern(words), "after": after, "rows": rows}
    return rows_of(connection, Ambassador, QUERIES["list"], parameters)


def find_prepared(connection: Connection, actor: UUID | None, rows: int) -> list[Ambassador]:
    parameters = {"machine": AMBASSADOR.name, "actor": actor, "rows": rows}
    return rows_of(connection, Ambassador, QUERIES["prepared"], parameters)


def find_listed(
    connection: Connection, governorate: Governorate | None, words: str, after: UUID | None, rows: int
) -> list[Listed]:
    parameters = {"governorate": governorate, "pattern": like_pattern(words), "after": after, "rows": rows}
    return rows_of(connection, Listed, QUERIES["directory"], parameters)


def find_public_term(connection: Connection, ambassador_id: UUID) -> PublicTerm | None:
    return row_of(connection, PublicTerm, QUERIES["listed"], {"ambassador_id": ambassador_id})


def find_people_of(connection: Connection, ambassador_ids: Collection[UUID]) -> dict[UUID, UUID]:
    return dict(connection.execute(QUERIES["people_of"], {"ambassadors": list(ambassador_ids)}).fetchall())


def count_listed(connection: Connection) -> dict[Governorate, int]:
    return {
        Governorate(code): count for code, count in connection.execute(QUERIES["count_listed"]).fetchall()
    }


def store_application(
    connection: Connection, ambassador_id: UUID, person_id: UUID, application: Application, at: datetime
) -> bool:
    """Whether it was stored; not if the person has one that is not over."""
    parameters = {
        **values_of(application),
        "ambassador_id": ambassador_id,
        "person_id": person_id,
        "state": AMBASSADOR.initial.name,
        "at": at,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def present(connection: Connection, ambassador_id: UUID, profile: Profile) -> None:
    connection.execute(QUERIES["present"], {**values_of(profile), "ambassador_id": ambassador_id})


def begin_term(connection: Connection, ambassador_id: UUID, starts_at: datetime, ends_at: datetime) -> None:
    parameters = {"ambassador_id": ambassador_id, "starts_at": starts_at, "ends_at": ends_at}
    connection.execute(QUERIES["begin_term"], parameters)


def set_active(connection: Connection, since: Mapping[UUID, datetime]) -> None:
    rows = [{"ambassador_id": one, "last_active_at": at} for one, at in since.items()]
    execute_each(connection, QUERIES["set_active"], rows)


def find_papers(connection: Connection) -> dict[PaperKind, Paper]:
    """The newest of each kind that has one."""
    return {paper.kind: paper for paper in rows_of(connection, Paper, QUERIES["papers"])}


def publish(connection: Connection, paper: NextPaper, at: datetime, by: UUID | None) -> int:
    """The version that it is."""
    return only_row(connection, int, QUERIES["publish"], values_of(paper) | {"at": at, "by": by})


def commit_to(
    connection: Connection, ambassador_id: UUID, paper: Paper, at: datetime, by: UUID | None
) -> None:
    parameters = values_of(paper) | {"ambassador_id": ambassador_id, "at": at, "by": by}
    connection.execute(QUERIES["commit"], parameters)


def find_recipients(connection: Connection, ambassador_ids: Collection[UUID]) -> dict[UUID, Recipient]:
    """By ambassador, those who can be written to."""
    parameters = {"ambassadors": list(ambassador_ids)}
    rows = connection.execute(QUERIES["recipients"], parameters).fetchall()
    return {ambassador_id: Recipient(*row) for ambassador_id, *row in rows}


def read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[Facts]]:
    """As the workflow wants them."""
    parameters = {"ambassadors": list(object_ids)}
    done = {
        (ambassador_id, PaperKind(kind))
        for ambassador_id, kind in connection.execute(QUERIES["papers_done"], parameters).fetchall()
    }
    waiting: dict[UUID, int] = dict(connection.execute(QUERIES["reports_waiting"], parameters).fetchall())
    standings = {}
    for object_id, found in find_some(connection, object_ids).items():
        facts = Facts(
            is_own=actor.person_id == found.person_id,
            is_trained=(object_id, PaperKind.TRAINING) in done,
            has_signed=(object_id, PaperKind.CONDUCT) in done,
            reports_waiting=waiting.get(object_id, 0),
        )
        scopes = frozenset({Scope(ScopeKind.PERSON, found.person_id)})
        chain = f"ambassador:{object_id}"
        standings[object_id] = Standing(
            object_id, found.state, found.version, chain, scopes, object_id, facts
        )
    return standings
