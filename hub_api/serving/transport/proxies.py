"""Who asks, where a proxy that is believed says for whom it asks (``X-Forwarded-For``, ``X-Forwarded-Proto``): pure.

A request that came through a proxy is of somebody elsewhere, however little of the field can be read: this machine's own
requests are free of limits and may read figures, so nothing unreadable counts as one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from hub_api.serving.limits.rules import parse_address

#: Of the nearest proxies. A list that is longer was not written by any.
PARTS_MAX = 50
PORT = re.compile(r"[0-9]{1,5}")
SCHEMES = {b"http": "http", b"https": "https"}

Client = tuple[str, int]  # address and port, 0 where nobody says it
Fields = Sequence[tuple[bytes, bytes]]


class Proxies(Protocol):
    """Addresses that are believed."""

    def __contains__(self, host: str | None, /) -> bool: ...


def client_of(peer: Client | None, fields: Fields, proxies: Proxies) -> Client | None:
    """Address and port of whoever asks; None for somebody without one that can be told.

    ``fields`` have lower-case names. Of a peer that is no proxy, and of a request that no proxy passed on, it is the peer. Otherwise the
    address that is nearest to the proxies and none of them; the farthest proxy where there are only proxies and all is readable.
    """
    forwarded = [value for name, value in fields if name == b"x-forwarded-for"]
    if not forwarded or (peer[0] if peer else None) not in proxies:
        return peer
    farthest, is_readable = None, True
    for part in nearest_first(forwarded):
        found = address_of(part)
        if found is None:
            is_readable = False
        elif found[0] in proxies:
            farthest = found
        elif is_readable or not is_here(found[0]):
            return found
    return farthest if is_readable else None


def scheme_of(scheme: str, peer: Client | None, fields: Fields, proxies: Proxies) -> str:
    """By which scheme they asked."""
    said = [value for name, value in fields if name == b"x-forwarded-proto"]
    if not said or (peer[0] if peer else None) not in proxies:
        return scheme
    return SCHEMES.get(said[-1].strip().lower(), scheme)


def nearest_first(fields: Iterable[bytes]) -> list[str]:
    """The parts of all fields of the name, as they follow one another: each proxy adds one at the end."""
    parts = b",".join(fields).rsplit(b",", PARTS_MAX)
    return [part.decode("latin-1").strip() for part in reversed(parts[-PARTS_MAX:])]


def address_of(part: str) -> Client | None:
    """``192.0.2.1``, ``192.0.2.1:8080``, ``2001:db8::1``, ``[2001:db8::1]`` or ``[2001:db8::1]:8080``; None for anything else."""
    host, colon, port = part, "", ""
    if part.startswith("["):
        host, _, rest = part[1:].partition("]")
        colon, port = rest[:1], rest[1:]
        if colon not in {"", ":"} or "]" not in part:
            return None
    elif part.count(":") == 1:
        host, colon, port = part.partition(":")
    if colon and PORT.fullmatch(port) is None:
        return None
    return None if parse_address(host) is None else (host, int(port or 0))


def is_here(host: str) -> bool:
    """Whether an address is one of this machine."""
    address = parse_address(host)
    return address is not None and address.is_loopback
