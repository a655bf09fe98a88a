"""Messages that come by HTTP: into the same inbox as those of the broker, answered when their batch has committed.

The API hands them on (``POST /v1/ingest/SOURCE``). Credentials are looked at here, where the registry is known.
"""

from __future__ import annotations

import threading
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import numpy as np

from citycore.errors import StoreUnavailable
from citycore.topics import CODE, PREFIX
from ingest.inbox import Inbox
from ingest.model import Checked, Fate, Received
from ingest.outcomes import Outcome, Post, Refused
from ingest.row_posts import RowPost, read
from ingest.settings import IngestSettings
from ingest.writer import Alongside

PATH = "/ingest/"
TOPIC_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and what goes with it: JSON, where it is bytes already written."""

    status: int
    content: Any


def outcomes(checked: Checked, fates: Sequence[Fate], unheard: Collection[int]) -> dict[int, Outcome | None]:
    """What became of each message that somebody waits for, by its number in the batch; None of those ``unheard`` of."""
    waiting = [number for number, message in enumerate(checked.received) if message.post is not None]
    if not waiting:
        return {}
    rows: Counter[int] = Counter()
    for some in checked.rows.values():
        numbers, counts = np.unique(some.messages, return_counts=True)
        rows.update(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
    duplicates = Counter(number for fate in fates for number in fate.duplicates.tolist())
    conflicts = Counter(number for fate in fates for number in fate.conflicts.tolist())
    before = Counter[int]()
    for rejection in checked.rejections:
        before[rejection.message] += rejection.values
    refused: dict[int, list[Refused]] = {}
    quarantined: Counter[int] = Counter()
    for fate in fates:
        for rejection in fate.rejections:
            quarantined[rejection.message] += rejection.values
            refused.setdefault(rejection.message, []).append(Refused(rejection.reason, rejection.detail))
    told: dict[int, Outcome | None] = {}
    for number in waiting:
        if number in unheard:
            told[number] = None
            continue
        found_by_store = quarantined[number] - before[number]
        told[number] = Outcome(
            received=rows[number] + before[number],
            stored=rows[number] - duplicates[number] - conflicts[number] - found_by_store,
            duplicate=duplicates[number],
            conflicting=conflicts[number],
            quarantined=quarantined[number],
            refused=refused.get(number, []),
        )
    return told


def tell(checked: Checked, fates: Sequence[Fate], unheard: Collection[int]) -> None:
    """Answer whoever waits for a message of this batch, which has committed."""
    if type(alone := checked.received[0].post) is RowPost:
        alone.settle(fates, is_heard=not unheard)
        return
    for number, outcome in outcomes(checked, fates, unheard).items():
        post = checked.received[number].post
        assert post is not None
        post.tell(outcome)


def apart(received: list[Received]) -> list[list[Received]]:
    """Each request of rows is a batch of its own, after the messages that came with it."""
    alone = [message for message in received if type(message.post) is RowPost]
    if not alone:
        return [received] if received else []
    others = [message for message in received if type(message.post) is not RowPost]
    return [*([others] if others else []), *([message] for message in alone)]


def alongside_of(received: Sequence[Received]) -> Alongside | None:
    """What belongs into the transaction of a batch of rows that the API sent."""
    post = received[0].post
    return post.alongside if type(post) is RowPost else None


class Posts:
    """Takes messages in, a bounded number at a time."""

    def __init__(
        self,
        inbox: Callable[[], Inbox | None],
        may_send: Callable[[str, str, bytes], bool],
        settings: IngestSettings,
        is_api: Callable[[str | None], bool] = lambda _: False,
    ) -> None:
        """``may_send`` tells whether a user with this SHA-256 of the secret may send for a source.

        ``is_api`` tells whether it is the API that sends rows.
        """
        self._is_api = is_api
        self._inbox = inbox
        self._may_send = may_send
        self._settings = settings
        self._room = threading.BoundedSemaphore(settings.posts_waiting_max)

    def take(self, address: str, authorization: str | None, payload: bytes) -> Answer:
        """A message to ``/ingest/SOURCE?topic=…``: HTTP Basic with a credential of the source."""
        parts = urlsplit(address)
        source = parts.path.removeprefix(PATH)
        topic = "".join(parse_qs(parts.query).get("topic", [""]))
        if CODE.fullmatch(source) is None:
            return problem(404, "source_not_found", source)
        if len(topic) > TOPIC_CHARACTERS_MAX or "\0" in topic:
            return problem(422, "topic_too_long", str(TOPIC_CHARACTERS_MAX))
        try:
            if not self._is_known(source, authorization):
                return problem(401, "credential_unknown", source)
        except StoreUnavailable:
            return problem(503, "ingest_busy", "")
        return self._put(f"{PREFIX}/{source}/{topic}".rstrip("/"), payload)

    def _is_known(self, source: str, authorization: str | None) -> bool:
        given = _credential(authorization)
        return given is not None and self._may_send(source, given[0], sha256(given[1].encode()).digest())

    def take_rows(self, authorization: str | None, body: bytes) -> Answer:
        """Rows that the API sends (:mod:`ingest.row_posts`), and what became of each."""
        try:
            if not self._is_api(authorization):
                return problem(401, "credential_unknown", "")
            sent = read(body)
        except StoreUnavailable:
            return problem(503, "ingest_busy", "")
        except msgspec.DecodeError as error:
            return problem(422, "rows_unreadable", str(error))
        return self._put("", body, RowPost(sent))

    def _put(self, topic: str, payload: bytes, post: Post | None = None) -> Answer:
        inbox = self._inbox()
        is_full = inbox is None or inbox.payload_bytes + len(payload) > self._settings.inbox_bytes_max
        if inbox is None or is_full or not self._room.acquire(blocking=False):
            return problem(503, "ingest_busy", "")
        try:
            return self._wait(inbox, topic, payload, post or Post())
        finally:
            self._room.release()

    def _wait(self, inbox: Inbox, topic: str, payload: bytes, post: Post) -> Answer:
        received = Received(topic, payload, time.time_ns() // 1000, False, (0, 0), post)
        inbox.put(received, is_urgent=type(post) is RowPost)
        outcome = post.wait(self._settings.post_seconds_max)
        if type(post) is RowPost and post.fates is not None:
            return Answer(200, msgspec.json.encode({"others": list(post.fates.items())}))
        if outcome is None:
            return problem(504, "outcome_unknown", str(self._settings.post_seconds_max))
        return Answer(
            422 if outcome.quarantined == outcome.received > 0 else 200, msgspec.to_builtins(outcome)
        )


def problem(status: int, code: str, detail: str) -> Answer:
    return Answer(status, {"code": code, "detail": detail})


def _credential(authorization: str | None) -> tuple[str, str] | None:
    """User and secret out of ``Basic …``."""
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, secret = b64decode(text.strip(), validate=True).decode("utf-8").partition(":")
    except (NotBase64, ValueError):
        return None
    return (user, secret) if colon else None
