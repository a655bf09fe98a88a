"""What ingest is asked besides taking messages in: which formats there are, and what a message would become."""

from __future__ import annotations

import threading
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from citycore.errors import StoreUnavailable
from citycore.registry.document import SourceEntry
from citycore.store.connections import Connection
from citycore.store.described import stored_properties
from citycore.topics import CODE
from ingest.decoders import find_decoder, known
from ingest.model import Received
from ingest.notes import remembered_of
from ingest.posts import TOPIC_CHARACTERS_MAX, Answer, problem
from ingest.settings import IngestSettings
from ingest.trying import try_message

TRY, DECODERS = "/try", "/decoders"


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    """``topic`` is whole; ``payload`` is base64."""

    source: SourceEntry
    topic: str
    payload: str


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
        try:
            question = msgspec.json.decode(body, type=_Question)
            payload = b64decode(question.payload, validate=True)
        except (msgspec.DecodeError, NotBase64) as error:
            return problem(422, "question_unreadable", str(error))
        refusal = self._refusal(question, payload)
        if refusal is not None:
            return refusal
        if not self._room.acquire(timeout=self._settings.try_wait_seconds_max):
            return problem(503, "ingest_busy", "")
        try:
            return Answer(200, self._outcome(question.source, question.topic, payload))
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

    def _outcome(self, source: SourceEntry, topic: str, payload: bytes) -> Any:
        with self._connect() as connection:
            properties = stored_properties(connection)
            received = Received(topic, payload, time.time_ns() // 1000, False, (0, 0))
            recall = partial(remembered_of, connection, source.code)
            outcome = try_message(source, received, properties, self._settings, recall)
        return msgspec.to_builtins(outcome, enc_hook=_plain)


def _plain(value: Any) -> Any:
    """A number of an array as Python has it."""
    return value.item()
