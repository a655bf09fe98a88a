"""Every limit of the client, by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How patient and how greedy a client is."""

    #: A connection, or the next bytes of an answer, may take so long.
    timeout_seconds: float = 10.0
    #: A question is asked so often, as long as nobody answers or the API says that it is busy.
    attempts_max: int = 4
    #: The first pause between attempts; each further one is twice as long, up to the maximum.
    pause_seconds_first: float = 0.5
    #: If the API wants a longer pause (`Retry-After`), the client gives up instead of coming too early.
    pause_seconds_max: float = 30.0
    #: Rows asked for with each page of a list; None leaves it to the API.
    page_rows: int | None = None
    #: The next page is fetched while this one is read: one, never more.
    is_reading_ahead: bool = True
    #: A list that goes on beyond so many pages is an error.
    pages_max: int = 10_000
    #: A live stream that says nothing for so long, not even that there is nothing, is connected anew.
    stream_silence_seconds_max: float = 45.0
    #: It is tried so often in a row, with the same pauses; a stream may outlast a restart of the hub.
    stream_attempts_max: int = 20
    #: A single event of more bytes is none of this API.
    event_bytes_max: int = 8 * 1024 * 1024
    #: An export grows in memory up to so many bytes, then in a temporary file.
    spool_bytes_max: int = 32 * 1024 * 1024
