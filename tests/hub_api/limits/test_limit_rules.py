"""Windows, subjects, keys and fields of rate limits: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from hub_api.serving.keys.errors import ApiKeyExpired, ApiKeyRevoked
from hub_api.serving.keys.model import Validity
from hub_api.serving.keys.rules import fault_of, key_of
from hub_api.serving.limits.model import Policy, Standing
from hub_api.serving.limits.rules import (
    address_code,
    is_free,
    is_in,
    limit_field,
    parse_address,
    policy_field,
    reset_seconds,
    window_start,
)
from hub_api.serving.limits.service import Pace
from hub_api.serving.limits.settings import LimitSettings

MIDNIGHT_IN_MUSCAT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC).timestamp()


def test_a_day_begins_at_midnight_in_muscat() -> None:
    assert window_start(MIDNIGHT_IN_MUSCAT, 86_400) == MIDNIGHT_IN_MUSCAT
    assert window_start(MIDNIGHT_IN_MUSCAT - 0.1, 86_400) == MIDNIGHT_IN_MUSCAT - 86_400
    assert window_start(MIDNIGHT_IN_MUSCAT + 61.5, 60) == MIDNIGHT_IN_MUSCAT + 60
    assert reset_seconds(MIDNIGHT_IN_MUSCAT + 61.5, int(MIDNIGHT_IN_MUSCAT) + 60, 60) == 59
    assert reset_seconds(MIDNIGHT_IN_MUSCAT + 119.99, int(MIDNIGHT_IN_MUSCAT) + 60, 60) == 1


def test_fields_as_the_draft_writes_them() -> None:
    standings = [
        Standing(Policy("minute", 600, 60), True, 599, 30),
        Standing(Policy("day", 100_000, 86_400), True, 7, 4_000),
    ]
    assert policy_field(standings) == '"minute";q=600;w=60, "day";q=100000;w=86400'
    assert limit_field(standings) == '"minute";r=599;t=30, "day";r=7;t=4000'


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        (None, "nowhere"),
        ("unix:/socket", "nowhere"),
    ],
)
def test_addresses_count_by_household(host: str | None, code: str) -> None:
    assert address_code(parse_address(host), 64) == code


def test_which_addresses_and_paths_are_free() -> None:
    networks = LimitSettings().free_networks
    assert is_in(parse_address("127.0.0.1"), networks)
    assert is_in(parse_address("::1"), networks)
    assert not is_in(parse_address("10.0.0.1"), networks)
    assert not is_in(parse_address(None), networks)
    assert LimitSettings.model_validate({"free_networks": "10.0.0.0/8, ::1/128"}).free_networks[
        0
    ] == ip_network("10.0.0.0/8")
    assert LimitSettings.model_validate({"free_networks": ""}).free_networks == ()
    free = {"/livez", "/readyz", "/assets/pages.css", "/v1/admin", "/v1/admin/dead-letters"}
    assert all(is_free(path) for path in free)
    counted = {
        "/",
        "/metrics",
        "/docs",
        "/docs/guide",
        "/openapi.json",
        "/status",
        "/changes.atom",
        "/problems/x",
    }
    counted |= {"/v1/things", "/v1/administrators", "/livez/", "/nothing"}
    assert not any(is_free(path) for path in counted)


def test_where_a_key_stands() -> None:
    assert key_of("Bearer falaj-key-1", "") == "falaj-key-1"
    assert key_of("bearer  a ", "b") == "a"
    assert key_of("", " b ") == "b"
    assert key_of("Basic dTpw", "") is None
    assert key_of("", "") is None
    assert key_of("Bearer falaj-token-1", "") is None, "a person's token is no key"
    assert key_of("Bearer falaj-token-1", "b") == "b", "but may come with one"
    assert key_of("Bearer", "") == "", "an empty key is a wrong key, not none"


def test_when_a_key_counts() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert fault_of(Validity(), now) is None
    assert fault_of(Validity(expires_at=now + second), now) is None
    assert isinstance(fault_of(Validity(expires_at=now), now), ApiKeyExpired)
    assert isinstance(fault_of(Validity(expires_at=now + second, revoked_at=now), now), ApiKeyRevoked)


def test_an_address_asks_at_once_and_then_at_its_pace():
    now = [100.0]
    settings = LimitSettings(anonymous_burst=3, anonymous_requests_per_second=2, pace_seconds_max=1.2)
    pace = Pace(settings, lambda: now[0])
    assert [pace.seconds("a") for _ in range(7)] == pytest.approx([0, 0, 0, 0.5, 1, 1.2, 1.2])
    assert pace.seconds("b") == 0, "others do not wait behind it"
    now[0] += 1.2
    assert [pace.seconds("a") for _ in range(2)] == pytest.approx([0, 0.5]), "and then it goes on at its pace"
    now[0] += 60
    assert [pace.seconds("a") for _ in range(4)] == pytest.approx([0, 0, 0, 0.5])


def test_a_long_page_counts_as_several_requests_for_the_pace():
    now = [0.0]
    settings = LimitSettings(anonymous_burst=6, anonymous_requests_per_second=2, pace_seconds_max=9)
    pace = Pace(settings, lambda: now[0])
    assert [pace.seconds("a", 3) for _ in range(4)] == pytest.approx([0, 0, 1.5, 3.0])
    assert pace.seconds("a") == pytest.approx(3.5), "and what follows waits behind it"
    assert Pace(settings, lambda: now[0]).seconds("b", 100) == 0, "the first is never made to wait"


def test_a_pace_remembers_no_more_addresses_than_it_may():
    pace = Pace(LimitSettings(anonymous_burst=1, subjects_max=2), lambda: 0.0)
    assert [pace.seconds(one) for one in "abca"] == [0, 0, 0, 0]
    assert pace.seconds("a") > 0
