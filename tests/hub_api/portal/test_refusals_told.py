"""Whoever is refused again and again stands in the log in few lines, and administrators are told."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from casework.access.model import Role
from hub_api.serving.transport.settings import WatchSettings
from hub_api.serving.transport.watching import Watch
from tests.hub_api.portal.conftest import Portal


@pytest.fixture
def _watched(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = Watch(WatchSettings(inputs=5, refusals=4, told_times=2))
    for name in ("_settings", "_bounds", "_windows"):
        monkeypatch.setattr(portal.app.state.watch, name, getattr(strict, name))


@pytest.mark.usefixtures("_watched")
def test_input_that_is_refused_again_and_again_is_an_event(portal: Portal) -> None:
    stranger = portal.browser()
    with capture_logs() as events:
        for _ in range(23):
            asked = stranger.client.get("/v1/things", params={"limit": "' OR 1=1"})
            assert portal.run(asked).status_code == 422
    told = [one for one in events if one["event"] == "refusals_many"]
    assert [(one["kind"], one["count"]) for one in told] == [("input", 5), ("input", 10), ("input", 20)]
    assert told[0]["subject"].endswith("/24")
    assert "OR 1=1" not in repr(events)


@pytest.mark.usefixtures("_watched")
def test_administrators_are_told_who_wants_what_is_not_theirs(portal: Portal) -> None:
    amal, salma = portal.appoint(Role.ADMINISTRATOR), portal.join()
    with capture_logs() as events:
        for _ in range(12):
            assert salma.browser.get("/desk/people").status_code == 403
        portal.run(portal.app.state.teller.finish())
    told = {one["subject"] for one in events if one["event"] == "refusals_many"}
    assert str(salma.person_id) in told
    assert len(told) == 2, "the network and the account"
    fields = [said for template, said in portal.mails(amal.email) if template == "many_refusals"]
    network = (told - {str(salma.person_id)}).pop()
    assert {said["subject"] for said in fields} == {
        f"the account {salma.person_id}",
        f"the network {network}",
    }
    assert {said["count"] for said in fields} == {"8"}
    assert all("theirs" in said["kind"] for said in fields)
