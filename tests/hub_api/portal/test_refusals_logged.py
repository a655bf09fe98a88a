"""Whoever wanted what is not theirs stands in the log: when, from which network, as whom, and what."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from hub_api.serving.transport.access import is_refusal, logged_network
from tests.hub_api.portal.conftest import Portal


def refused(events: list[Any]) -> list[dict[str, Any]]:
    return [{k: v for k, v in one.items() if k not in {"event", "log_level"}} for one in events
            if one["event"] == "request_refused"]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "path", "is_one"),
    [(401, "/v1/things", True), (403, "/portal/desk", True), (421, "/docs", True), (404, "/portal/teams/x", True),
     (404, "/v1/things/x", False), (429, "/portal/account/sign-in", True), (429, "/v1/things", False),
     (200, "/portal", False), (422, "/portal/x", False)],
)  # fmt: skip
def test_what_is_a_refusal(status: int, path: str, is_one: bool) -> None:
    assert is_refusal(status, path) is is_one


@pytest.mark.parametrize(
    ("host", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("::ffff:192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"),
     (None, None), ("unix:", None)],
)  # fmt: skip
def test_the_log_holds_a_network_and_no_address(host: str | None, network: str | None) -> None:
    assert logged_network(host) == network


def test_a_refusal_says_who_wanted_what_from_where(portal: Portal) -> None:
    salma, stranger = portal.join(), portal.browser()
    with capture_logs() as events:
        salma.browser.get("/desk/people")
        salma.browser.send_once("/account/names", {"form_token": "of another site"})
        portal.run(
            stranger.client.get("/v1/innovation/me/teams", headers={"Authorization": "Bearer guessed"})
        )
        portal.run(stranger.client.get("/v1/admin/dead-letters", headers={"Authorization": "Bearer guessed"}))
    desk, form, token, key = refused(events)
    network = desk["network"]
    assert network.endswith("/24")
    assert desk == {
        "route": "/portal/desk/people",
        "method": "GET",
        "status": 403,
        "network": network,
        "account": str(salma.person_id),
    }
    assert (form["status"], form["account"]) == (403, str(salma.person_id))
    assert (token["status"], token["account"]) == (401, None)
    assert network != token["network"] == key["network"]
    assert key["status"] == 403
    assert "guessed" not in repr(events)


def test_signing_in_is_logged_whether_it_succeeds_or_not(portal: Portal) -> None:
    salma = portal.join()
    with capture_logs() as events:
        for password in ("something else", "date palms by the falaj"):
            salma.browser.send("/account/sign-in", {"email": salma.email, "password": password})
        salma.browser.send(
            "/account/password/change", {"current": "wrong", "password": "another set of words"}
        )
    told = [one for one in events if one["event"] in {"signed_in", "sign_in_refused", "proof_refused"}]
    assert [(one["event"], one["person_id"]) for one in told] == [
        (event, str(salma.person_id)) for event in ("sign_in_refused", "signed_in", "proof_refused")
    ]
    assert told[1]["way"] == "password"
    assert all("network" in one for one in told)
    assert salma.email not in repr(events)
