"""What ingest is asked besides taking messages in: which formats there are, what a message would become, what its fields are."""

from __future__ import annotations

import threading
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

from citycore.errors import StoreUnavailable
from citycore.registry.document import SourceEntry
from citycore.registry.field_table import TableFault
from citycore.store.connections import Connection
from citycore.store.described import stored_properties
from citycore.topics import CODE
from citycore.vocabulary import ObservedProperty
from ingest.decoders import find_decoder, known
from ingest.decoders.model import Unreadable
from ingest.field_choices import FieldChoice, FieldFault, apply_choices
from ingest.field_mapping import map_message
from ingest.model import Received
from ingest.notes import remembered_of
from ingest.posts import TOPIC_CHARACTERS_MAX, Answer, problem
from ingest.settings import IngestSettings
from ingest.trying import Outcome, try_message

TRY, MAP, DECODERS = "/try", "/map", "/decoders"


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    """``topic`` is whole; ``payload`` is base64."""

    source: SourceEntry
    topic: str
    payload: str


class _MapQuestion(_Question):
    """``choices`` are what is said of fields, ``topics`` the patterns that say which level names the thing."""

    choices: list[FieldChoice] = []
    topics: list[str] = []


Asked = TypeVar("Asked", bound=_Question)


class Desk:
    """Answers without touching what is stored, a bounded number of questions at a time."""

    def __init__(
        self, connect: Callable[[], Connection], settings: IngestSettings, message_bytes_max: int
    ) -> None:
        """``connect`` opens a connection that may read the vocabulary."""
        self._connect = connect
        self._settings = settings
        self._message_bytes_max = message_bytes_max
        self._room = threading.BoundedSemaphore(settings.tries_max)

    @property
    def question_bytes_max(self) -> int:
        """Of a question: a message of the largest size in base64, and the description of its source."""
        return self._message_bytes_max * 4 // 3 + self._settings.tried_source_bytes_max

    def decoders(self) -> Answer:
        """Every format with its proper name and the topics that its devices use of their own accord."""
        found = (find_decoder(code) for code in known())
        formats = [
            {"code": each.code, "name": each.name, "topics": list(each.topics)} for each in found if each
        ]
        return Answer(200, {"decoders": formats})

    def try_(self, body: bytes) -> Answer:
        """What a message would become if its source were registered as it is described."""
        return self._answer(body, _Question, self._outcome)

    def map(self, body: bytes) -> Answer:
        """What each field of a message is, the source with the table that says so, and what the message would become then.

        ``unreadable`` says why a message has no fields; with ``faults`` there is no outcome.
        """
        return self._answer(body, _MapQuestion, self._mapped)

    def _answer(
        self,
        body: bytes,
        kind: type[Asked],
        work: Callable[[Connection, Asked, Received], Any],
    ) -> Answer:
        try:
            question = msgspec.json.decode(body, type=kind)
            payload = b64decode(question.payload, validate=True)
        except (msgspec.DecodeError, NotBase64) as error:
            return problem(422, "question_unreadable", str(error))
        refusal = self._refusal(question, payload)
        if refusal is not None:
            return refusal
        if not self._room.acquire(timeout=self._settings.try_wait_seconds_max):
            return problem(503, "ingest_busy", "")
        try:
            received = Received(question.topic, payload, time.time_ns() // 1000, False, (0, 0))
            with self._connect() as connection:
                answer = work(connection, question, received)
            return Answer(200, msgspec.to_builtins(answer, enc_hook=_plain))
        except StoreUnavailable:
            return problem(503, "ingest_busy", "")
        except (LookupError, OSError, ValueError) as error:  # a zone that is none, as an owner may write one
            return problem(422, "question_unreadable", str(error))
        finally:
            self._room.release()

    def _refusal(self, question: _Question, payload: bytes) -> Answer | None:
        if find_decoder(question.source.decoder) is None:
            return problem(422, "unknown_decoder", question.source.decoder)
        if CODE.fullmatch(question.source.code) is None:
            return problem(422, "question_unreadable", "source.code")
        if len(question.topic) > TOPIC_CHARACTERS_MAX or "\0" in question.topic:
            return problem(422, "topic_too_long", str(TOPIC_CHARACTERS_MAX))
        if len(payload) > self._message_bytes_max:
            return problem(413, "message_too_large", str(self._message_bytes_max))
        return None

    def _outcome(self, connection: Connection, question: _Question, received: Received) -> Outcome:
        return self._tried(connection, question.source, received, stored_properties(connection))

    def _mapped(self, connection: Connection, question: _MapQuestion, received: Received) -> dict[str, Any]:
        properties = stored_properties(connection)
        ask = partial(map_message, question.source, received, properties, self._settings)
        try:
            mapped = ask({}, question.topics)
            guesses = mapped.fields
            chosen, faults = apply_choices(guesses, question.choices, properties)
            fields = [chosen.get(each.path, each) for each in guesses]
            if faults:
                return {"fields": fields, "faults": faults}
            if chosen:
                try:
                    mapped = ask(chosen, question.topics)
                except (
                    TableFault
                ) as fault:  # a field means what one of the table does that this message lacks
                    path = str(fault).partition(":")[0]
                    return {"fields": fields, "faults": [FieldFault(path, "table", str(fault))]}
        except TableFault as fault:
            return {"unreadable": {"reason": "no_codec", "detail": str(fault)}}
        except Unreadable as error:
            return {"unreadable": {"reason": error.reason, "detail": error.detail}}
        outcome = self._tried(connection, mapped.source, received, properties)
        return {"fields": mapped.fields, "source": mapped.source, "outcome": outcome}

    def _tried(
        self,
        connection: Connection,
        source: SourceEntry,
        received: Received,
        properties: dict[str, ObservedProperty],
    ) -> Outcome:
        recall = partial(remembered_of, connection, source.code)
        return try_message(source, received, properties, self._settings, recall)


def _plain(value: Any) -> Any:
    """A number of an array as Python has it."""
    return value.item()
