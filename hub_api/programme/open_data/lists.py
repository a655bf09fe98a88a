"""An open list is an element, its parameters and a statement: columns, formats, pages and addresses come from these.

The statement is the one of the list's name in ``queries.sql`` beside it. It takes every parameter of the list by its
name, ``rows``, and where a page goes on. The first column (or the first ``key_columns``) is the key of a row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from inspect import Parameter, Signature
from typing import Annotated, Any, LiteralString
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import create_model

from citycore.intervals import parse_instant
from citycore.licences import licence_of
from citycore.store.queries import load_queries
from citycore.store.rows import known
from hub_api.programme.open_data.elements import columns_of, maker_of
from hub_api.programme.open_data.settings import InnovationApiSettings
from hub_api.programme.open_data.shapes import InnovationList, InnovationMeta, PlainExportQuery
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.database import Reader, Row
from hub_api.serving.errors import UnknownName, invalid
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.lists.model import Element, Fetch, Listing
from hub_api.serving.names.service import check_name
from hub_api.serving.paging import Key
from hub_api.serving.parameters import Name, NoParameters
from hub_api.serving.schemas import Schema
from hub_api.serving.shapes import licence_element
from hub_api.serving.validators import is_known, not_modified, weak_etag

PREFIX = "/v1/innovation"
#: Of what residents take part in.
PARTICIPATION = "/v1/participation"
QUERIES = load_queries("hub_api.programme.open_data")
#: Filters whose names may exist nowhere; an answer that is empty for that says so.
NAMED = ("hackathon", "call", "need", "dataset", "thing", "place", "observed_property")
#: What is before every identifier.
NONE_YET = UUID(int=0)
#: The largest that PostgreSQL has as an integer.
NUMBER_MAX = 2**31 - 1
#: Where a page goes on, as parameters of the statement.
Position = Callable[[Key | None], Mapping[str, object]]
#: The identifier that a filter means; ``UnknownName`` unless there is such a public object.
Check = Callable[[Hub, str], Awaitable[UUID]]


@dataclass(frozen=True, kw_only=True)
class OpenList:
    """``name`` is that of the operation, of files and, with hyphens, in the address. ``noun`` names the elements that
    can be asked for alone; ``beside`` are columns that no field reads. ``made_by``: where fields alone do not say how.
    ``version`` is a statement that answers otherwise with whatever the list says. ``statement`` names the one that
    answers, by filters and rows, where no plan of one serves all questions. ``has_identifiers`` are elements named by
    one whose rows follow each other by something else.
    """

    name: str
    package: str
    element: type[Schema]
    parameters: type[PlainExportQuery]
    position: Position
    noun: str | None = None
    has_addresses: bool = True
    has_identifiers: bool = False
    key_columns: int = 1
    checks: Mapping[str, Check] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    made_by: Callable[[Row], Element] | None = None
    prefix: str = PREFIX
    version: LiteralString = QUERIES["version"]
    statement: Callable[[Mapping[str, object], int], str] | None = None

    @cached_property
    def filters(self) -> tuple[str, ...]:
        return tuple(self.parameters.model_fields.keys() - PlainExportQuery.model_fields.keys())

    @cached_property
    def listing(self) -> Listing:
        return Listing(
            name=self.name,
            key=lambda row: "/".join("" if part is None else str(part) for part in row[: self.key_columns]),
            key_type=str,
            element=lambda row, _: self.make(row),
            columns=columns_of(self.element),
        )

    @property
    def is_identified(self) -> bool:
        """Whether an element is named by its identifier."""
        return self.has_identifiers or self.position is by_identifier

    def make(self, row: Row) -> Element:
        if self.made_by is not None:
            return self.made_by(row)
        return maker_of(self.element, row._fields, self.beside)(row)  # type: ignore[attr-defined]  # it was fetched with names

    def rows(self, filters: Mapping[str, object]) -> Fetch:
        """How the rows that fit are fetched, after the key of the last one."""
        queries = load_queries(self.package)
        wanted = {**dict.fromkeys(self.filters), **({self.noun: None} if self.noun else {}), **filters}

        async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[Row]:
            name = self.name if self.statement is None else self.statement(wanted, rows)
            parameters = {**wanted, **self.position(after), "rows": rows}
            return await database.fetch(queries[name], parameters, is_named=True)

        return fetch

    async def find(self, hub: Hub, name: str | UUID) -> Row | None:
        """One row by its name."""
        assert self.noun is not None, "only what has a name is found by it"
        rows = await self.rows({self.noun: name})(hub.database, None, 1)
        return rows[0] if rows else None

    async def check(self, hub: Hub, text: str) -> UUID:
        """As a :data:`Check`: the identifier of a public element."""
        assert self.noun is not None
        identifier = identifier_of(self.noun, text)
        if await self.find(hub, identifier) is None:
            raise UnknownName(self.noun, text)
        return identifier

    def router(self, router: APIRouter | None = None) -> APIRouter:
        """The list in every format, and each element at its own address; after what there is on ``router`` already."""
        router, path = router or APIRouter(prefix=self.prefix), f"/{self.name.replace('_', '-')}"
        stem = self.element.__name__.removesuffix("Element")
        many = create_model(f"{stem}List", __base__=InnovationList, data=(list[self.element], ...))  # type: ignore[name-defined]  # a value
        listed = self._list()
        formats = documented(PLAIN_FORMATS)
        router.add_api_route(path, listed, operation_id=self.name, response_model=many, responses=formats)
        router.add_api_route(f"{path}.{{extension}}", listed, include_in_schema=False)
        if self.noun is not None and self.has_addresses:
            one = create_model(
                f"One{stem}", __base__=Schema, data=(self.element, ...), meta=(InnovationMeta, ...)
            )
            router.add_api_route(
                f"{path}/{{{self.noun}}}", self._show(self.noun), operation_id=self.noun, response_model=one
            )
        return router

    def _list(self) -> Callable[..., Awaitable[Response]]:
        async def answer(request: Request, hub: HubHere, query: Any) -> Response:
            asked = {name: getattr(query, name) for name in self.filters}
            named = {name: asked[name] for name in NAMED if name in asked and name not in self.checks}
            for name, check in self.checks.items():
                if asked[name] is not None:
                    asked[name] = await check(hub, asked[name])
            return await answer_list(
                request, hub, query, listed_here(request, hub, self, self.rows(asked), named)
            )

        answer.__annotations__ |= {
            "request": Request,
            "hub": HubHere,
            "query": Annotated[self.parameters, Query()],
            "return": Response,
        }
        return answer

    def _show(self, noun: str) -> Callable[..., Awaitable[Response]]:
        async def answer(request: Request, hub: Hub, _: object, **path: str) -> Response:
            name = path[noun]
            row = await self.find(hub, identifier_of(noun, name) if self.is_identified else name)
            if row is None:
                if not self.is_identified:
                    await check_name(hub, noun, name)
                raise UnknownName(noun, name)
            return answer_one(request, hub, row, self.make(row))

        kinds = {"request": Request, "hub": HubHere, noun: Annotated[Name, Path()], "_": NoParameters}
        answer.__signature__ = Signature(  # type: ignore[attr-defined]  # read by FastAPI
            [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in kinds.items()]
        )
        return answer


def by_text(after: Key | None) -> Mapping[str, object]:
    """Rows that follow each other by a text."""
    return {"after": after}


def by_identifier(after: Key | None) -> Mapping[str, object]:
    """Rows that follow each other by an identifier."""
    return {"after": NONE_YET if after is None else identifier_in(str(after))}


def by_parts(**parts: Callable[[str], object]) -> Position:
    """Rows that follow each other by several things, each called ``after_…`` in the statement."""

    def position(after: Key | None) -> Mapping[str, object]:
        if after is None:
            return {f"after_{name}": None for name in parts}
        texts = str(after).split("/")
        if len(texts) != len(parts):
            raise invalid("cursor", "bad_cursor")
        return {f"after_{name}": read(text) for (name, read), text in zip(parts.items(), texts, strict=True)}

    return position


def identifier_in(text: str) -> UUID:
    """Of a cursor; whoever knows the seal may have written anything into it."""
    try:
        return UUID(text)
    except ValueError:
        raise invalid("cursor", "bad_cursor") from None


def instant_in(text: str) -> datetime:
    """Of a cursor."""
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise invalid("cursor", "bad_cursor") from None


def number_in(text: str) -> int:
    """Of a cursor."""
    if not (
        text.isascii() and text.isdecimal() and len(text) <= len(str(NUMBER_MAX)) and int(text) <= NUMBER_MAX
    ):
        raise invalid("cursor", "bad_cursor")
    return int(text)


def identifier_of(noun: str, text: str) -> UUID:
    """``UnknownName`` for what is not even an identifier. Nothing is suggested: identifiers are no words."""
    try:
        found = UUID(text)
    except ValueError:
        raise UnknownName(noun, text) from None
    if str(found) != text.lower():
        raise UnknownName(noun, text)
    return found


def listed_here(
    request: Request, hub: Hub, found: OpenList, fetch: Fetch, named: Mapping[str, object]
) -> Listed:
    """A list of the programme; ``named`` are the filters whose names may exist nowhere."""
    return Listed(
        listing=found.listing,
        fetch=fetch,
        filters=named,
        offered=PLAIN_FORMATS,
        newest=_nothing_is_observed,
        cache_seconds=hub.settings.live_cache_seconds,
        version=found.version,
        licence=licence_here(request),
    )


def answer_one(request: Request, hub: Hub, row: Row, element: Element) -> Response:
    """One element as JSON."""
    meta = {**freshness(hub.clock(), None), "licence": licence_here(request)}
    return answer_whole(request, hub, {"data": element, "meta": meta}, row)


def answer_whole(request: Request, hub: Hub, content: Element, version: object) -> Response:
    """JSON that is not sent again while ``version`` stays."""
    answer = json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
    answer.headers["ETag"] = weak_etag(request.url.path, version)
    if is_known(request, answer.headers["ETag"]):
        return not_modified({name: answer.headers[name] for name in ("ETag", "Cache-Control")})
    return answer


def settings_of(request: Request) -> InnovationApiSettings:
    settings: InnovationApiSettings = request.app.state.open_data
    return settings


def licence_here(request: Request) -> Element:
    """The licence of all lists of the programme."""
    return known(licence_element(licence_of(settings_of(request).licence)))


async def _nothing_is_observed() -> None:
    return None
