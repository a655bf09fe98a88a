"""The statements about responses. It never commits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.sealing.seal import Sealed, SealedShare
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, row_of, rows_of
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark, NotApplicable
from hackathon.market.needs.rules import chain_of
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import (
    Answers,
    Content,
    Marking,
    NewResponse,
    OpenedFile,
    Response,
    ResponseFacts,
)
from hackathon.market.responses.rules import scopes_of

QUERIES = load_queries("hackathon.market.responses")


class _Surroundings(NamedTuple):
    facts: ResponseFacts
    agency_id: UUID


def find_response(connection: Connection, response_id: UUID) -> Response | None:
    return row_of(connection, Response, QUERIES["response"], {"response_id": response_id})


def find_of_need(connection: Connection, need_id: UUID) -> list[Response]:
    return rows_of(connection, Response, QUERIES["of_need"], {"need_id": need_id})


def find_of_companies(connection: Connection, organisations: Sequence[UUID], rows: int) -> list[Response]:
    parameters = {"organisations": list(organisations), "rows": rows}
    return rows_of(connection, Response, QUERIES["of_companies"], parameters)


def find_own(connection: Connection, need_id: UUID, organisations: Sequence[UUID]) -> UUID | None:
    parameters = {"need_id": need_id, "organisations": list(organisations)}
    return row_of(connection, UUID, QUERIES["own"], parameters)


def store_response(connection: Connection, new: NewResponse, at: datetime) -> None:
    """Not if the vendor has one."""
    parameters = values_of(new.vendor) | {
        "response_id": new.response_id,
        "need_id": new.need_id,
        "state": RESPONSE.initial.name,
        "created_by": new.created_by,
        "at": at,
    }
    connection.execute(QUERIES["create"], parameters)


def keep_sealed(
    connection: Connection, response_id: UUID, sealed: Sealed, digest: bytes, at: datetime
) -> None:
    """It takes the place of what was sealed before, keys and all."""
    parameters = {"response_id": response_id, "sealed": sealed.content, "digest": digest, "at": at}
    connection.execute(QUERIES["seal"], parameters)
    connection.execute(QUERIES["drop_shares"], {"response_id": response_id})
    for share in sealed.shares:
        connection.execute(QUERIES["add_share"], values_of(share) | {"response_id": response_id})


def drop_sealed(connection: Connection, response_id: UUID) -> None:
    """Nothing is left of it."""
    connection.execute(QUERIES["unseal"], {"response_id": response_id})
    connection.execute(QUERIES["drop_shares"], {"response_id": response_id})


def find_shares(connection: Connection, need_id: UUID, opener_id: UUID) -> list[tuple[UUID, SealedShare]]:
    """``(response_id, share)`` of all that is still sealed."""
    parameters = {"need_id": need_id, "opener_id": opener_id}
    rows = connection.execute(QUERIES["shares_of_opener"], parameters).fetchall()
    return [(response_id, SealedShare(*share)) for response_id, *share in rows]


def keep_half(
    connection: Connection, response_id: UUID, share: SealedShare, half: bytes, at: datetime
) -> None:
    of_share = {"response_id": response_id, "opener_id": share.opener, "partner_id": share.partner}
    connection.execute(QUERIES["keep_half"], of_share | {"share": half, "at": at})


def find_half(connection: Connection, response_id: UUID, opener_id: UUID, partner_id: UUID) -> bytes | None:
    parameters = {"response_id": response_id, "opener_id": opener_id, "partner_id": partner_id}
    return row_of(connection, bytes, QUERIES["half"], parameters)


def drop_halves(connection: Connection, response_id: UUID) -> None:
    connection.execute(QUERIES["drop_halves"], {"response_id": response_id})


def find_sealed(connection: Connection, response_id: UUID) -> tuple[bytes, bytes]:
    """What is encrypted, and the digest of its document."""
    parameters = {"response_id": response_id}
    sealed, digest = known(connection.execute(QUERIES["sealed"], parameters).fetchone())
    return sealed, digest


def keep_content(
    connection: Connection, response_id: UUID, document: bytes, answers: Answers, at: datetime
) -> None:
    parameters = {"response_id": response_id, "document": document, "at": at}
    connection.execute(QUERIES["add_content"], parameters)
    for number, one in enumerate(answers.files, start=1):
        row = values_of(one) | {"response_id": response_id, "number": number}
        connection.execute(QUERIES["add_file"], row)


def find_content(connection: Connection, response_id: UUID) -> Content | None:
    row = connection.execute(QUERIES["content"], {"response_id": response_id}).fetchone()
    if row is None:
        return None
    document, opened_at = row
    read = json.loads(document)
    files = tuple(rows_of(connection, OpenedFile, QUERIES["files"], {"response_id": response_id}))
    return Content(read["summary"], read["answers"], read["price"]["minor"], files, document, opened_at)


def find_file(connection: Connection, response_id: UUID, number: int) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes."""
    parameters = {"response_id": response_id, "number": number}
    return connection.execute(QUERIES["file"], parameters).fetchone()


def is_interested(connection: Connection, need_id: UUID, person_id: UUID | None) -> bool:
    parameters = {"need_id": need_id, "person_id": person_id}
    return only_row(connection, bool, QUERIES["is_interested"], parameters)


def store_marks(connection: Connection, marking: Marking, at: datetime) -> None:
    marks = {
        code: None if isinstance(mark, NotApplicable) else f"{mark:f}" for code, mark in marking.marks.items()
    }
    parameters = values_of(marking) | {"marks": Jsonb(marks), "at": at}
    connection.execute(QUERIES["mark"], parameters)


def find_marks(connection: Connection, need_id: UUID) -> list[Marking]:
    """Of all evaluators, of every response that is in the contest."""
    rows = connection.execute(QUERIES["marks"], {"need_id": need_id}).fetchall()
    return [
        Marking(response_id, evaluator_id, {code: _mark(text) for code, text in marks.items()}, comment)
        for response_id, evaluator_id, marks, comment in rows
    ]


def _mark(text: str | None) -> Mark:
    return NOT_APPLICABLE if text is None else Decimal(text)


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[ResponseFacts] | None:
    found = find_response(connection, object_id)
    if found is None:
        return None
    around = only_row(connection, _Surroundings, QUERIES["surroundings"], {"response_id": object_id})
    chain, need_id = chain_of(found.need_id), found.need_id
    scopes = scopes_of(need_id, around.agency_id, found.organisation_id)
    return Standing(object_id, found.state, found.version, chain, scopes, need_id, around.facts)


RESPONSES: Binding[ResponseFacts] = Binding(RESPONSE, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
