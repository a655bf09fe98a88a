"""Limits on requests, by environment variables with the prefix ``FALAJ_LIMITS_``."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.comma_lists import CommaList

Network = IPv4Network | IPv6Network


class LimitSettings(BaseSettings):
    """How often may be asked, and how the API's processes share the count."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_LIMITS_", frozen=True)

    #: Without a key, for each address.
    anonymous_requests_per_minute: int = Field(default=600, ge=1)
    anonymous_requests_per_day: int = Field(default=100_000, ge=1)
    #: After so many requests at once an address is answered no faster than this, so that others are answered meanwhile; what
    #: comes sooner waits, but no longer than the third.
    anonymous_burst: int = Field(default=60, ge=1)
    anonymous_requests_per_second: float = Field(default=20.0, gt=0)
    pace_seconds_max: float = Field(default=5.0, ge=0)
    #: The documentation is long: each of its pages counts as so many requests for that pace, and as one for the limits.
    documentation_weight: int = Field(default=10, ge=1)
    #: Wrong keys from one address, of readers and of administrators; after these, none is looked up until the minute is over.
    wrong_keys_per_minute: int = Field(default=30, ge=1)
    #: Networks that need no key and have no limit, separated by commas: the hub's own dashboards.
    free_networks: CommaList[Network] = (
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )
    #: IPv6 addresses count together by a prefix of so many bits: a household has a whole /64.
    ipv6_prefix_bits: int = Field(default=64, ge=1, le=128)
    #: A process reserves this part (1/n) of what is left of a limit at a time.
    reservation_divisor: int = Field(default=8, ge=1)
    #: So many addresses and keys are remembered in a process.
    subjects_max: int = Field(default=50_000, ge=1)
    #: So long a process believes what it knows of a key; a revoked key may work that long.
    key_cache_seconds: float = Field(default=10.0, ge=0)
    key_cache_max: int = Field(default=10_000, ge=1)
    connections_max: int = Field(default=2, ge=1)
    #: How long a request may wait for the count; then the process counts for itself.
    wait_seconds_max: float = Field(default=0.5, gt=0)
    #: So long it does, before it asks the database again.
    retry_seconds: float = Field(default=2.0, gt=0)
    #: How often usage is written down; a process that is killed loses so much.
    usage_seconds: float = Field(default=5.0, gt=0)
