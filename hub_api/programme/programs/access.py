"""One request of somebody's program: whom it speaks for, which version it saw, and the ways to answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from casework.access.model import ANONYMOUS, Actor
from casework.access_tokens.errors import TokenMissing
from casework.access_tokens.model import TokenScope
from casework.access_tokens.service import act
from casework.programme import InSession
from casework.workflow.errors import ChangedMeanwhile
from citycore.errors import FalajError, Kind
from hub_api.programme.kit.office import Given, Office
from hub_api.programme.programs.errors import (
    BodyTooLarge,
    BodyUnreadable,
    ChangedSince,
    RefusedAsItStands,
    VersionMissing,
    VersionOutdated,
    VersionSaidTwice,
    VersionUnreadable,
)
from hub_api.programme.programs.settings import ParticipationSettings
from hub_api.serving.answers import JSON_OPTIONS
from hub_api.serving.errors import InvalidParameters
from hub_api.serving.problems import FAULTS_MAX, faults_of
from hub_api.serving.texts import language_of
from hub_api.serving.transport.access import SUBJECT

Outcome = TypeVar("Outcome")
Body = TypeVar("Body", bound=BaseModel)
#: A strong ETag of ours: the version, as services count it.
ETAG = re.compile(r'"([0-9]{1,9})"')
#: What stands against a value that a description cannot rule out, for whoever sees no description.
OF_THE_BODY = frozenset({Kind.INVALID, Kind.TOO_LARGE})
#: Answers are for one person: no cache keeps them.
HEADERS = {"Cache-Control": "private, no-store", "Vary": "Authorization, Accept-Language"}


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks, with no more rights than the token's scope for this operation has."""

    request: Request
    office: Office
    actor: Actor

    @property
    def settings(self) -> ParticipationSettings:
        settings: ParticipationSettings = self.office.settings.participation
        return settings

    async def act(
        self, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Call services in one transaction. Where they find another version than was seen it is :class:`VersionOutdated`
        or :class:`ChangedSince`; what they refuse of a body that fits its description is :class:`RefusedAsItStands`.
        """
        try:
            return await self.office.act(self.actor, service, *given, **named)
        except ChangedMeanwhile as error:
            raise (ChangedSince if self._condition is None else VersionOutdated) from error
        except FalajError as error:
            if error.kind in OF_THE_BODY:
                raise RefusedAsItStands(error) from error
            raise

    async def look(
        self, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Read everything as of one moment."""
        return await self.office.look(self.actor, service, *given, **named)

    async def body(self, kind: type[Body]) -> Body:
        """What was sent, bounded; :class:`InvalidParameters` says each wrong field."""
        content_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json":
            raise BodyUnreadable
        body = await self._read()
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BodyUnreadable from error
        if not isinstance(given, dict):
            raise BodyUnreadable
        try:
            return kind.model_validate_json(body, context=self.office.programme.of)
        except ValidationError as error:
            found = [
                dict(one) | {"loc": ("body", ".".join(map(str, one["loc"]))) if one["loc"] else ("body",)}
                for one in error.errors()[:FAULTS_MAX]
            ]
            known = [field.alias or name for name, field in kind.model_fields.items()]
            raise InvalidParameters(faults_of(found, known)) from error

    async def _read(self) -> bytes:
        body = bytearray()
        async for piece in self.request.stream():
            body += piece
            if len(body) > self.settings.body_bytes_max:
                raise BodyTooLarge(bytes_max=self.settings.body_bytes_max)
        return bytes(body)

    @property
    def _condition(self) -> str | None:
        return self.request.headers.get("if-match")

    def seen_version(self, named: int | None) -> int:
        """Of ``If-Match``, or that ``named`` in the address; :class:`VersionMissing`,
        :class:`VersionUnreadable`, :class:`VersionSaidTwice`.
        """
        if self._condition is None:
            if named is None:
                raise VersionMissing
            return named
        found = ETAG.fullmatch(self._condition.strip())
        if found is None:
            raise VersionUnreadable
        if named is not None:
            raise VersionSaidTwice
        return int(found.group(1))

    def answer(self, content: Mapping[str, Any], version: int | None = None) -> Response:
        """With the version of what it is about as ETag."""
        headers = {**HEADERS, "Content-Language": language_of(self.request)}
        if version is not None:
            headers["ETag"] = f'"{version}"'
        body = orjson.dumps(content, option=JSON_OPTIONS)
        return Response(body, media_type="application/json", headers=headers)


def allowed(*accepted: TokenScope) -> Any:
    """Who may come in: whoever brings a token for one of these scopes; everybody, where there are none.

    Asked before anything else of the request.
    """

    async def party_of(request: Request) -> Party:
        if not accepted:
            return Party(request, request.app.state.office, ANONYMOUS)
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenMissing
        office: Office = request.app.state.office
        actor = await office.act(ANONYMOUS, act, token.strip(), accepted)
        request.scope[SUBJECT] = actor.key
        return Party(request, office, actor)

    return Depends(party_of)
