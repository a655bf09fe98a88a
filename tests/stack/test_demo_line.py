"""The line of ``falaj demo``: what it says when something is not in order."""

from __future__ import annotations

from typing import Any

import pytest

from stack.demo import live_line, troubles
from stack.supervisor import Ailment


def part(state: str, **figures: Any) -> dict[str, Any]:
    known = ("age_seconds", "account_age_seconds", "waiting_messages", "stalled_seconds")
    return {"state": state, **dict.fromkeys(known), **figures}


@pytest.mark.parametrize(
    ("ailments", "components", "said"),
    [
        ([], {"ingest": part("good", age_seconds=1.0), "broker": part("unknown")}, []),
        (
            [Ailment("ingest", "silent", 21.4)],
            {"ingest": part("late", age_seconds=25.0, waiting_messages=4_200, stalled_seconds=24.6)},
            [
                "ingest has not answered for 21 s",
                "Ingest: 4,200 messages wait at the broker, nothing was stored for 25 s",
            ],
        ),
        ([], {"worker": part("bad", account_age_seconds=45.0)}, ["Roll-ups: no account for 45 s"]),
        ([], {"worker": part("late", age_seconds=130.0)}, ["Roll-ups: behind by 130 s"]),
        ([], {"database": part("bad")}, ["Database: away"]),
        ([Ailment("worker", "down", 60.0)], {}, ["worker is down, tried again in 60 s"]),
    ],
)
def test_what_is_not_in_order_is_said(
    ailments: list[Ailment],
    components: dict[str, Any],
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    assert troubles(ailments, components) == said
    monkeypatch.setenv("FALAJ_LANGUAGE", "ar")
    assert len(troubles(ailments, components)) == len(said)


def test_without_an_account_the_line_says_where_to_look(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    assert "logs/api.log" in live_line(None)
