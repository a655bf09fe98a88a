"""What both clients do alike with httpx."""

from __future__ import annotations

import httpx

from falaj_client.exchange import Answer, Broken
from falaj_client.listening import MEDIA_TYPE
from falaj_client.options import Options

#: What httpx raises for a request that got no whole answer.
FAILURES = (httpx.HTTPError, httpx.InvalidURL)


def broken_by(error: Exception) -> Broken:
    """The core's word for a failure; only those of the network are worth another attempt."""
    is_hopeless = not isinstance(error, httpx.TransportError) or isinstance(error, httpx.UnsupportedProtocol)
    return Broken(str(error) or type(error).__name__, is_hopeless=is_hopeless)


def patience(options: Options) -> httpx.Timeout:
    """How long a live stream may be silent."""
    return httpx.Timeout(options.timeout_seconds, read=options.stream_silence_seconds_max)


def is_stream(response: httpx.Response) -> bool:
    return response.status_code == 200 and response.headers.get("content-type", "").startswith(MEDIA_TYPE)


def answer_of(response: httpx.Response, body: bytes) -> Answer:
    return Answer(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, body
    )
