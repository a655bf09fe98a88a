"""Operations of programs as they are declared.

What one needs, and what it answers, is said by a function::

    OWN = Operations(router, TokenScope.NEEDS_WRITE)

    @OWN.get("/needs/{need}", OneNeedElement)
    def my_need(session: Session, need: UUID) -> Result:
        known = get_own_need(session, need)
        return Result(known, known.version)

    @OWN.put("/needs/{need}", my_need, {"title": "Shade"})
    def write_need(session: Session, need: UUID, sent: NeedSent, seen: int) -> None:
        service.edit(session, need, sent.value(Description), seen)

The name of the function is that of the operation. ``sent`` is the body, with an example for the document; ``seen`` the
version that was seen, as ``If-Match`` or ``?version=`` says; ``after`` the last element of the page before, and a page is answered with what
the next one begins after. All else is named by the path. A function that returns a list answers a list.

A function that reads sees one moment. What one that writes has done is answered as an element of its own, or as
another operation shows it afterwards: by the names of the path, or by that of what was begun, if it returns one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature
from types import SimpleNamespace
from typing import Annotated, Any, get_origin, get_type_hints
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from pydantic import Field
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from citycore.language import LANGUAGES
from citycore.store.kinds import is_record
from hub_api.programme.open_data.elements import made_of
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.schemas import Sent
from hub_api.serving.parameters import AnyQuery, NoParameters
from hub_api.serving.schemas import Schema

Work = Callable[..., Any]
#: What an address does not name.
ASKED = ("session", "sent", "seen", "after", "return")
#: As many digits as an ETag of ours has at most.
VERSION_MAX = 999_999_999


class AfterParameters(AnyQuery):
    after: UUID | None = None


class ChangeParameters(AnyQuery):
    version: Annotated[int, Field(ge=0, le=VERSION_MAX)] | None = None


class Result:
    """A value of a service, what its element says besides, and the version that is its ETag.

    Elements are made of it as those of open lists are of rows. A field of the model is read from the field of its name,
    unless a marker says otherwise: ``From("profile.name")`` is a field of a field. Names are read from two fields,
    ``title_en`` and ``title_ar``, or from the two of one that has both.
    """

    def __init__(self, value: object, /, version: int | None = None, **beside: object) -> None:
        self.version = version
        self._values = (SimpleNamespace(**beside), value)

    @classmethod
    def of(cls, value: object) -> Result:
        return value if isinstance(value, Result) else cls(value)

    def __getitem__(self, column: str) -> Any:
        first, *path = column.split(".")
        found = _field(first, *self._values)
        for name in path:
            found = _field(name, found)
        return _as_record(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """``names`` are what the path names, with their kinds. ``shown_by`` is the operation that shows what this one has done."""

    name: str
    method: str
    path: str
    scopes: tuple[TokenScope, ...]
    names: Mapping[str, Any]
    body: type[Sent] | None
    is_change: bool
    has_pages: bool
    is_list: bool
    element: type[Schema]
    work: Work
    shown_by: Operation | None
    example: Mapping[str, Any] | None
    is_look: bool

    async def do(self, party: Party, query: AnyQuery, names: Mapping[str, Any]) -> Response:
        given = dict(names)
        if self.is_change:
            given["seen"] = party.seen_version(getattr(query, "version", None))
        if self.body is not None:
            given["sent"] = await party.body(self.body)
        found = await party.act(self.work, **given)
        if self.shown_by is None:
            return self._answer(party, found)
        begun = dict.fromkeys(self.shown_by.names, found) if isinstance(found, UUID) else {}
        return await self.shown_by.show(party, query, {**names, **begun})

    async def show(self, party: Party, query: AnyQuery, names: Mapping[str, Any]) -> Response:
        given = {name: names[name] for name in self.names}
        if isinstance(query, AfterParameters):
            given["after"] = query.after
        read = party.look if self.is_look else party.act
        return self._answer(party, await read(self.work, **given))

    def _answer(self, party: Party, found: Any) -> Response:
        make = made_of(self.element)
        if not self.is_list:
            result = Result.of(found)
            return party.answer({"data": make(result)}, result.version)
        several, after = found if self.has_pages else (found, None)
        return party.answer({"data": [make(Result.of(one)) for one in several], "next": after})


class Operations:
    """Those for tokens of the same scopes, or without any for everybody; their routes go into ``router``."""

    def __init__(self, router: APIRouter, *scopes: TokenScope) -> None:
        self._router = router
        self._scopes = scopes

    def get(self, path: str, element: type[Schema], *, is_look: bool = True) -> Callable[[Work], Operation]:
        """No look is what logs in a chain that somebody reads: another line may have come to it meanwhile."""
        return self._declare("GET", path, element, None, is_look=is_look)

    def post(
        self, path: str, answer: type[Schema] | Operation, example: Mapping[str, Any] | None = None
    ) -> Callable[[Work], Operation]:
        return self._declare("POST", path, answer, example)

    def put(
        self, path: str, answer: type[Schema] | Operation, example: Mapping[str, Any]
    ) -> Callable[[Work], Operation]:
        return self._declare("PUT", path, answer, example)

    def delete(self, path: str, answer: type[Schema] | Operation) -> Callable[[Work], Operation]:
        return self._declare("DELETE", path, answer, None)

    def _declare(
        self,
        method: str,
        path: str,
        answer: type[Schema] | Operation,
        example: Mapping[str, Any] | None,
        *,
        is_look: bool = False,
    ) -> Callable[[Work], Operation]:
        def declare(work: Work) -> Operation:
            takes = get_type_hints(work, include_extras=True)
            operation = Operation(
                name=work.__name__,
                method=method,
                path=f"{self._router.prefix}{path}",
                scopes=self._scopes,
                names={name: kind for name, kind in takes.items() if name not in ASKED},
                body=takes.get("sent"),
                is_change="seen" in takes,
                has_pages="after" in takes,
                is_list=get_origin(takes["return"]) in {list, tuple},
                element=answer.element if isinstance(answer, Operation) else answer,
                work=work,
                shown_by=answer if isinstance(answer, Operation) else None,
                example=example,
                is_look=is_look,
            )
            self._router.add_api_route(
                path,
                _route(operation),
                methods=[method],
                openapi_extra={"operation": operation},
                include_in_schema=False,
            )
            return operation

        return declare


def operations_of(router: APIRouter) -> list[Operation]:
    """All of its routes: what is no operation is not described, and has no place there."""
    return [
        (route.openapi_extra or {})["operation"] for route in router.routes if isinstance(route, APIRoute)
    ]


def _route(operation: Operation) -> Callable[..., Awaitable[Response]]:
    """With arguments that FastAPI reads as those of any route: the signature is made, not written."""
    answer = operation.show if operation.method == "GET" else operation.do

    async def route(party: Party, query: AnyQuery, **names: Any) -> Response:
        return await answer(party, query, names)

    query: Any = NoParameters
    if operation.has_pages or operation.is_change:
        query = Annotated[AfterParameters if operation.has_pages else ChangeParameters, Query()]
    kinds = {**operation.names, "party": Annotated[Party, allowed(*operation.scopes)], "query": query}
    route.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in kinds.items()]
    )
    return route


def _field(name: str, *values: object) -> Any:
    for value in values:
        if hasattr(value, name):
            return getattr(value, name)
    names, _, language = name.rpartition("_")
    assert language in LANGUAGES, f"no field {name}"
    found = _field(names, *values)
    return None if found is None else getattr(found, language)


def _as_record(found: Any) -> Any:
    if is_record(type(found)):
        return Result(found)
    return [_as_record(one) for one in found] if isinstance(found, (tuple, list)) else found
