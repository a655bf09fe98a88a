"""What both clients do alike with httpx."""

from __future__ import annotations

import httpx

from falaj_client.exchange import Answer, Broken

#: What httpx raises for a request that got no whole answer.
FAILURES = (httpx.HTTPError, httpx.InvalidURL)


def broken_by(error: Exception) -> Broken:
    """The core's word for a failure; only those of the network are worth another attempt."""
    is_hopeless = not isinstance(error, httpx.TransportError) or isinstance(error, httpx.UnsupportedProtocol)
    return Broken(str(error) or type(error).__name__, is_hopeless=is_hopeless)


def answer_of(response: httpx.Response, body: bytes) -> Answer:
    return Answer(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, body
    )
