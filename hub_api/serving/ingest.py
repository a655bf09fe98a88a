"""Ingest as the API reaches it, over HTTP on loopback: it knows the formats, and it alone writes observations."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from citycore.errors import FalajError, Kind
from citycore.registry.document import SourceEntry
from hub_api.serving.errors import MessageTooLarge
from hub_api.serving.settings import ServingSettings

if TYPE_CHECKING:
    import httpx

#: Ingest closes what was idle for five seconds; nothing is to be sent on a connection that it is about to close.
IDLE_SECONDS_MAX = 2.0
NOT_SIGNED_IN, TOO_LARGE, REFUSED, UNKNOWN_OUTCOME = 401, 413, 422, 504


class IngestBusy(FalajError):
    """Ingest does not run, or has no room; nothing was taken in."""

    slug = "ingest_busy"
    kind = Kind.UNAVAILABLE


class OutcomeUnknown(FalajError):
    """The message was handed on, and nobody heard whether it was stored, or whether it was there already."""

    slug = "outcome_unknown"
    kind = Kind.TIMED_OUT


class QuestionRefused(FalajError):
    """A message cannot be tried with this source; ``reason`` says why."""

    slug = "trial_refused"
    kind = Kind.INVALID


class _Unanswered(IngestBusy):
    """Ingest was reached, and the connection ended before it had answered."""

    slug = IngestBusy.slug


@dataclass(frozen=True, slots=True)
class Format:
    """A format of messages, by its proper name; ``topics`` are those that its devices use of their own accord."""

    code: str
    name: str
    topics: tuple[str, ...]


@dataclass(slots=True)
class Ingest:
    """One per application."""

    settings: ServingSettings
    _client: httpx.AsyncClient | None = field(default=None, init=False)
    _formats: tuple[Format, ...] = field(default=(), init=False)

    async def post(self, source: str, topic: str, authorization: str, payload: bytes) -> tuple[int, Any]:
        """Hand a message on; the status and what ingest says. :class:`IngestBusy`, :class:`OutcomeUnknown`."""
        try:
            return await self._ask(
                "POST", f"/ingest/{source}", payload, {"topic": topic}, {"Authorization": authorization}
            )
        except _Unanswered as error:
            raise OutcomeUnknown from error

    async def post_rows(self, secret: str, rows: bytes) -> dict[int, str]:
        """Hand rows on, as :mod:`ingest.row_posts` reads them; what became of those that are not stored, by their number.

        :class:`IngestBusy`, :class:`OutcomeUnknown`.
        """
        try:
            status, answer = await self._ask(
                "POST", "/rows", rows, None, {"Authorization": f"Bearer {secret}"}
            )
        except _Unanswered as error:
            raise OutcomeUnknown from error
        if status != 200:
            raise IngestBusy
        return dict(answer["others"])

    async def formats(self) -> tuple[Format, ...]:
        """All that ingest reads; asked once. :class:`IngestBusy`."""
        if not self._formats:
            _, answer = await self._ask("GET", "/decoders")
            self._formats = tuple(
                Format(each["code"], each["name"], tuple(each["topics"])) for each in answer["decoders"]
            )
        return self._formats

    async def try_(self, source: SourceEntry, topic: str, payload: bytes) -> dict[str, Any]:
        """What a message would become; :class:`QuestionRefused`, :class:`MessageTooLarge`, :class:`IngestBusy`."""
        question = {
            "source": msgspec.to_builtins(source),
            "topic": topic,
            "payload": b64encode(payload).decode(),
        }
        return await self._answered("/try", question)

    async def map(
        self,
        source: SourceEntry,
        topic: str,
        payload: bytes,
        choices: Sequence[Mapping[str, Any]],
        topics: Sequence[str],
    ) -> dict[str, Any]:
        """What the fields of a message are, as :mod:`ingest.desk` says it; raises as :meth:`try_` does.

        ``choices`` are what is said of fields, as :class:`ingest.field_choices.FieldChoice` has them.
        """
        question = {
            "source": msgspec.to_builtins(source),
            "topic": topic,
            "payload": b64encode(payload).decode(),
            "choices": choices,
            "topics": topics,
        }
        return await self._answered("/map", question)

    async def _answered(self, path: str, question: Mapping[str, Any]) -> dict[str, Any]:
        status, answer = await self._ask("POST", path, orjson.dumps(question))
        if status == REFUSED:
            raise QuestionRefused(reason=answer["detail"])
        if status == TOO_LARGE:
            raise MessageTooLarge(maximum=answer["detail"])
        found: dict[str, Any] = answer
        return found

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        import httpx

        try:
            answer = await self._opened().request(
                method, path, content=content, params=params, headers=headers
            )
            if answer.status_code == UNKNOWN_OUTCOME:
                raise OutcomeUnknown
            if answer.status_code >= 500:
                raise IngestBusy
            return answer.status_code, orjson.loads(answer.content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise IngestBusy from error
        except (httpx.HTTPError, orjson.JSONDecodeError) as error:
            raise _Unanswered from error

    def _opened(self) -> httpx.AsyncClient:
        """It belongs to a running event loop."""
        import httpx

        if self._client is None:
            settings = self.settings
            self._client = httpx.AsyncClient(
                base_url=settings.ingest_url,
                timeout=httpx.Timeout(
                    settings.ingest_connect_seconds_max, read=settings.ingest_answer_seconds_max
                ),
                limits=httpx.Limits(
                    max_connections=settings.ingest_requests_max, keepalive_expiry=IDLE_SECONDS_MAX
                ),
                trust_env=False,
            )
        return self._client
