"""Names under which a hub is reached, and those under which it is not."""

from __future__ import annotations

from typing import Any

import pytest

from hub_api.serving.transport.hosts import Hosts, host_name

PUBLIC = "https://data.example.om/portal"
LOCAL = "http://127.0.0.1:8000/portal"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("hub:8000", "hub"),
        ("HUB.example.", "hub.example"),
        ("[::1]:80", "::1"),
        ("10.0.0.1", "10.0.0.1"),
        ("", ""),
    ],
)
def test_names_without_ports(field: str, name: str) -> None:
    assert host_name(field) == name


def test_which_names_are_ours() -> None:
    public = Hosts((), PUBLIC)
    assert public.is_strict
    for name in (
        "data.example.om",
        "localhost",
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "api.localhost",
        "10.0.0.7",
    ):
        assert public.has(name, "10.0.0.7"), name
    for name in ("evil.example", "example.om", "data.example.om.evil.example", "10.0.0.8", ""):
        assert not public.has(name, "10.0.0.7"), name
    named = Hosts(("Hub.Local", "other"), LOCAL)
    assert named.is_strict
    assert named.has("hub.local", None)
    assert not named.has("evil.example", None)
    assert not Hosts((), LOCAL).is_strict
    assert not Hosts(("*",), PUBLIC).is_strict


def test_a_hub_with_a_name_refuses_others(city: Any, make_api: Any) -> None:
    api = make_api(hosts="data.example.om, hub.other")
    evil = {"host": "evil.example"}
    for url in ("/docs/guide", "/changes.atom", "/v1/latest?f=csv&header=metadata", "/v1/latest"):
        for language in ("en", "ar"):
            refused = api.get(url, headers={**evil, "accept-language": language})
            assert (refused.status_code, refused.json()["code"]) == (421, "unknown_host"), url
            assert "FALAJ_" not in refused.json()["detail"]
            assert refused.headers["cache-control"] == "no-store"
        assert api.get(url, headers={"host": "data.example.om:443"}).status_code == 200
        assert api.get(url, headers={"host": "localhost:8000"}).status_code == 200
    assert api.get("/livez", headers=evil).status_code == 200


def test_a_hub_without_a_name_keeps_others_out_of_shared_caches(api: Any) -> None:
    for url in (
        "/docs",
        "/docs/guide",
        "/changes.atom",
        "/v1/latest?f=csv&header=metadata",
        "/v1/latest?f=geojson",
    ):
        told = api.get(url, headers={"host": "evil.example"})
        assert "evil.example" in told.text
        assert told.headers["cache-control"].startswith("private"), url
        own = api.get(url, headers={"host": "localhost"})
        assert own.headers["cache-control"].startswith("public"), url
    plain = api.get("/v1/latest?f=csv", headers={"host": "evil.example"})
    assert "evil.example" not in plain.text
    assert plain.headers["cache-control"].startswith("public")
