from __future__ import annotations

import threading

from ingest.inbox import Inbox
from ingest.model import Received
from ingest.settings import IngestSettings
from ingest.workers import left_over


def test_workers_of_the_same_family_that_are_not_wanted_any_more() -> None:
    known = ["host", "host-1", "host-2", "host-3", "other-1", "load-ab12", "host-x"]
    assert left_over("host", 2, known) == ["host", "host-3"]
    assert left_over("host", 1, known) == ["host-1", "host-2", "host-3"]


def test_the_window_follows_from_the_bytes_and_keeps_to_the_protocol() -> None:
    settings = IngestSettings()
    assert settings.receive_maximum(64 * 1024) == 4096
    assert settings.receive_maximum(1) == 65_535
    assert settings.receive_maximum(10**12) == 1


def test_the_default_window_holds_two_batches() -> None:
    settings = IngestSettings()
    assert settings.receive_maximum(64 * 1024) >= 2 * settings.batch_messages_max


def test_the_inbox_counts_the_bytes_that_wait() -> None:
    inbox = Inbox()
    for size in (3, 4, 5):
        inbox.put(Received("t", b"x" * size, 0, False, (1, 1)))
    assert (len(inbox), inbox.payload_bytes) == (3, 12)
    assert [len(message.payload) for message in inbox.take(2, 0.0, 0.0)] == [3, 4]
    assert (len(inbox), inbox.payload_bytes) == (1, 5)
    assert len(inbox.take(5, 0.01, 0.0)) == 1
    assert inbox.take(5, 0.01, 0.01) == []


def test_what_many_put_at_once_is_taken_once_each_and_counted() -> None:
    inbox = Inbox()
    messages = [Received(str(number), b"x" * (number % 7), 0, False, (1, 1)) for number in range(4_000)]

    def put(first: int) -> None:
        for start in range(first, first + 1_000, 10):
            inbox.put_all(messages[start : start + 9])
            inbox.put(messages[start + 9])

    threads = [threading.Thread(target=put, args=(first,)) for first in range(0, 4_000, 1_000)]
    for thread in threads:
        thread.start()
    taken: list[Received] = []
    while len(taken) < len(messages):
        some = inbox.take(300, 0.01, 60.0)
        assert some, "nobody waits in vain for what has come"
        taken += some
    for thread in threads:
        thread.join()
    assert sorted(int(message.topic) for message in taken) == list(range(4_000))
    assert (len(inbox), inbox.payload_bytes) == (0, 0)
