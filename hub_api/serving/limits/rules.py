"""Windows, subjects and fields of rate limits: pure.

Fields: draft-ietf-httpapi-ratelimit-headers-11.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from hub_api.serving.limits.model import Standing
from hub_api.serving.limits.settings import Network

#: Windows of a day begin at midnight in Muscat, which is UTC+4 all year.
CITY_OFFSET_SECONDS = 4 * 3600
FREE_PATHS = frozenset({"/livez", "/readyz", "/v1/admin"})
FREE_BELOW = ("/assets/", "/v1/admin/")
SENT_BELOW = "/v1/ingest/"
WRITTEN_BELOW = "/sta/"


def is_free(path: str) -> bool:
    """Whether a path is not counted: probes, what browsers keep for ever, and administrators behind their own door."""
    return path in FREE_PATHS or path.startswith(FREE_BELOW)


def is_sent(path: str) -> bool:
    """Whether data are sent to a path, by a source with a credential of its own."""
    return path.startswith(SENT_BELOW)


def is_written(path: str) -> bool:
    """Whether what is read there is also written there: with an administrator's key, which is not counted, or with the
    credential of a source (``USER:SECRET``), which is no key of a reader.
    """
    return path.startswith(WRITTEN_BELOW)


def window_start(now: float, seconds: int) -> int:
    """When the window that holds ``now`` began; seconds since 1970."""
    return int(now + CITY_OFFSET_SECONDS) // seconds * seconds - CITY_OFFSET_SECONDS


def reset_seconds(now: float, start: int, seconds: int) -> int:
    """How long until the window ends, rounded up, at least 1."""
    return max(1, math.ceil(start + seconds - now))


def parse_address(host: str | None) -> IPv4Address | IPv6Address | None:
    """The address of a peer; None for what has none. IPv4 within IPv6 is IPv4."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_in(address: IPv4Address | IPv6Address | None, networks: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def address_code(address: IPv4Address | IPv6Address | None, ipv6_prefix_bits: int) -> str:
    """Under which name an address is counted."""
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), ipv6_prefix_bits), strict=False))
    return str(address or "nowhere")


def policy_field(standings: Sequence[Standing]) -> str:
    """``RateLimit-Policy``: ``"minute";q=600;w=60, …``."""
    return ", ".join(f'"{s.policy.name}";q={s.policy.quota};w={s.policy.seconds}' for s in standings)


def limit_field(standings: Sequence[Standing]) -> str:
    """``RateLimit``: ``"minute";r=599;t=30, …``."""
    return ", ".join(f'"{s.policy.name}";r={s.remaining};t={s.reset_seconds}' for s in standings)
