"""Parts of a batch and their names. Pure."""

from __future__ import annotations

from hub_api.standards.sensorthings.writing.batch.model import Answer
from hub_api.standards.sensorthings.writing.batch.multipart import read, written


def test_requests_of_a_batch_without_a_name_are_called_as_none_with_one() -> None:
    plain = "Content-Type: application/http"
    parts = (
        f"--b\r\n{plain}\r\nContent-ID: 1\r\n\r\nGET Things\r\n\r\n"
        f"--b\r\n{plain}\r\n\r\nGET Sensors\r\n\r\n--b--"
    )
    found = read(parts.encode(), "b", 10)
    assert len({part.id for part in found}) == 2
    told = written([Answer(part.id, 200) for part in found], "b")
    assert told.count(b"Content-ID") == told.count(b"Content-ID: 1\r\n") == 1


def test_of_a_change_set_the_request_is_told_that_failed() -> None:
    told = written([Answer("1", 424, group="g"), Answer("2", 400, group="g")], "b")
    assert b"HTTP/1.1 400" in told
    assert b"HTTP/1.1 424" not in told
