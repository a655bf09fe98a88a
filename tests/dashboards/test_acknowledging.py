"""Acknowledging an alert on its page: who may, what is sent, and what is said where somebody else was faster."""

from __future__ import annotations

from typing import Any

import pytest

from citycore.errors import FalajError
from dashboards import account
from dashboards.account import Account, HubRefused, SignInEnded
from dashboards.alerts import acknowledging
from dashboards.client import ApiUnavailable
from dashboards.language import Words
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
pytestmark = pytest.mark.usefixtures("wire")
PAGE = "app_pages/alerts.py"


def somebody(*roles: str) -> Account:
    return Account("Duty Officer", frozenset(roles), "falaj-token-" + "0" * 64)


class Hub:
    """What the hub says of an alert, and what it is sent."""

    def __init__(self) -> None:
        self.version = 3
        self.refusal: FalajError | None = None
        self.assigned: dict[str, str] | None = None
        self.sent: list[tuple[str, Any, int | None]] = []

    def ask(
        self, whose: Account, method: str, path: str, body: Any = None, version: int | None = None
    ) -> dict[str, Any]:
        if method == "POST":
            self.sent.append((path, body, version))
            if self.refusal is not None:
                raise self.refusal
        return {"data": {"version": self.version, "assigned_to": self.assigned, "acknowledged_by": None}}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, city: Any) -> Hub:
    hub = Hub()
    city.alerts = 2
    monkeypatch.setattr(acknowledging, "ask", hub.ask)
    monkeypatch.setattr(account, "signed_in", lambda: somebody("duty_officer"))
    return hub


def button(app: Any) -> Any:
    return next((one for one in app.button if one.key == "acknowledge"), None)


@pytest.mark.parametrize("roles", [None, (), ("planner",), ("duty_officer",), ("administrator",)])
def test_only_who_may_sees_the_button(
    opened: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch, roles: tuple[str, ...] | None
) -> None:
    monkeypatch.setattr(account, "signed_in", lambda: None if roles is None else somebody(*roles))
    app = well(opened(PAGE))
    may = bool(roles and set(roles) & acknowledging.WATCHERS)
    assert (button(app) is not None) is may
    assert ("acknowledge alerts at the portal" in html(app)) is not may
    assert hub.sent == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_is_sent_as_it_was_seen_with_the_words_and_said_once(opened: Any, hub: Hub, language: str) -> None:
    words = Words(language)  # type: ignore[arg-type]
    hub.assigned = {"en": "Roads", "ar": "الطرق"}
    app = well(opened(PAGE, lang=language))
    assert words("alerts.with_somebody", whom=hub.assigned[language]).strip("\u2066\u2069") in html(app) or (
        hub.assigned[language] in html(app)
    )
    hub.version = 9  # what happens after it was seen is not acknowledged
    next(one for one in app.text_input if one.label == words("alerts.acknowledge_note")).set_value(
        " On our way "
    )
    app = well(button(app).click().run())
    ((path, body, version),) = hub.sent
    assert path.startswith("/v1/innovation/me/alerts/")
    assert path.endswith("/acknowledge")
    assert (body, version) == ({"note": "On our way"}, 3)
    assert len(app.success) == 1
    assert not well(app.run()).success


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            HubRefused("x", 412, "version_outdated", "It has changed."),
            "did something about this alert meanwhile",
        ),
        (HubRefused("x", 403, "not_allowed", "You have no right to this."), "You have no right to this."),
        (SignInEnded(), "You are no longer signed in here"),
        (ApiUnavailable(where="x", reason="y"), "The API does not answer"),
    ],
)
def test_what_stands_against_it_is_one_sentence(
    opened: Any, hub: Hub, refusal: FalajError, said: str
) -> None:
    app = well(opened(PAGE))
    hub.refusal = refusal
    hub.version = 4
    app = well(button(app).click().run())
    assert [one.value for one in app.warning if said in one.value]
    assert not app.success
    if isinstance(refusal, HubRefused) and refusal.is_outdated:
        hub.refusal = None
        well(button(app).click().run())
        assert hub.sent[-1][2] == 4, "it was looked at again"


@pytest.mark.parametrize("parameters", [{"wall": "1"}])
def test_a_wall_has_no_button(opened: Any, hub: Hub, parameters: dict[str, str]) -> None:
    assert button(well(opened(PAGE, **parameters))) is None
    assert hub.sent == []
