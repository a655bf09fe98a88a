"""Who asks behind a proxy: nothing that cannot be read counts as this machine."""

from __future__ import annotations

import pytest
from uvicorn.middleware.proxy_headers import _TrustedHosts

from hub_api.serving.transport.proxies import Client, address_of, client_of, nearest_first, scheme_of

HERE: Client = ("127.0.0.1", 40_000)
PROXIES = _TrustedHosts("127.0.0.1, 10.0.0.0/8")


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        # As proxies write it.
        (["203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9:5123"], "203.0.113.9"),
        (["2001:db8::9"], "2001:db8::9"),
        (["[2001:db8::9]:443"], "2001:db8::9"),
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        # This machine asks through its own proxy; the farthest of proxies alone.
        (["127.0.0.1"], "127.0.0.1"),
        (["10.0.0.8, 10.0.0.7"], "10.0.0.8"),
        # What a reader wrote before the proxy added where it came from.
        (["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        (["::1, 203.0.113.9, 127.0.0.1"], "203.0.113.9"),
        # A part that is empty or no address: the nearest address that is one.
        (["203.0.113.9,"], "203.0.113.9"),
        (["203.0.113.9, , "], "203.0.113.9"),
        (["203.0.113.9", ""], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9, unknown"], "203.0.113.9"),
        (["203.0.113.9, 10.0.0.7, _hidden"], "203.0.113.9"),
        (["203.0.113.9, 127.0.0.1:999999"], "203.0.113.9"),
        # But never this machine or a proxy, whatever stands before.
        (["a,"], None),
        ([""], None),
        (["  "], None),
        ([",,,"], None),
        (["unknown"], None),
        (["127.0.0.1,"], None),
        (["127.0.0.1, unknown"], None),
        (["unknown, 127.0.0.1"], None),
        (["::1,"], None),
        (["::ffff:127.0.0.1,"], None),
        (["127.8.9.10, "], None),
        (["10.0.0.7, "], None),
        (["203.0.113.9, ::1, x"], "203.0.113.9"),
        (["[::1"], None),
        (["127.0.0.1:x"], None),
        (["127.0.0.1\xff"], None),
        (["," * 60_000], None),
        (["203.0.113.9" + "," * 60_000], None),
    ],
)
def test_whoever_asks_through_a_proxy(forwarded: list[str], client: str | None) -> None:
    fields = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    found = client_of(HERE, [(b"host", b"hub.example"), *fields], PROXIES)
    assert (found and found[0]) == client
    # Of a peer that is no proxy nothing is believed.
    assert client_of(("203.0.113.1", 4), fields, PROXIES) == ("203.0.113.1", 4)


def test_a_request_that_no_proxy_passed_on_is_the_peer_s() -> None:
    assert client_of(HERE, [(b"host", b"127.0.0.1")], PROXIES) == HERE
    assert client_of(None, [(b"x-forwarded-for", b"203.0.113.9")], PROXIES) is None


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.9, 198.51.100.1", "203.0.113.9"),
        ("203.0.113.9", "203.0.113.9"),
        (",", None),
        ("x, 203.0.113.9", None),
    ],
)
def test_where_everybody_is_believed_the_farthest_counts(forwarded: str, client: str | None) -> None:
    found = client_of(HERE, [(b"x-forwarded-for", forwarded.encode())], _TrustedHosts("*"))
    assert (found and found[0]) == client


@pytest.mark.parametrize(
    ("part", "address"),
    [
        ("203.0.113.9", ("203.0.113.9", 0)),
        ("203.0.113.9:80", ("203.0.113.9", 80)),
        ("2001:db8::9", ("2001:db8::9", 0)),
        ("[2001:db8::9]", ("2001:db8::9", 0)),
        ("[2001:db8::9]:443", ("2001:db8::9", 443)),
        ("", None),
        (":", None),
        (":80", None),
        ("hub.example", None),
        ("203.0.113", None),
        ("203.0.113.9:", None),
        ("203.0.113.9:+1", None),
        ("203.0.113.9:" + "9" * 10_000, None),
        ("203.0.113.9:\u0661", None),
        ("203.0.113.9:" + "0" * 10_000 + "1", None),
        ("[2001:db8::9", None),
        ("[2001:db8::9]x", None),
        ("[]", None),
    ],
)
def test_a_part_is_an_address_or_nothing(part: str, address: Client | None) -> None:
    assert address_of(part) == address


def test_parts_follow_one_another_over_all_fields() -> None:
    assert nearest_first([b"a, b", b"c"]) == ["c", "b", "a"]
    assert len(nearest_first([b"a," * 1_000])) == 50


@pytest.mark.parametrize(
    ("said", "scheme"),
    [([], "http"), (["https"], "https"), ([" HTTPS "], "https"), (["ftp"], "http"), ([""], "http"), (["http", "https"], "https")],
)  # fmt: skip
def test_the_scheme_is_one_of_two(said: list[str], scheme: str) -> None:
    fields = [(b"x-forwarded-proto", value.encode()) for value in said]
    assert scheme_of("http", HERE, fields, PROXIES) == scheme
    assert scheme_of("http", ("203.0.113.1", 4), fields, PROXIES) == "http"
