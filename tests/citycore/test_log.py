"""A line of the log is one event, whatever its values hold, and says when in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from citycore.errors import LogLevelUnknown
from citycore.log import configure_logging, log_settings
from citycore.settings import LogSettings
from stack.worker import __main__ as worker


def test_an_event_is_one_line_with_its_instant(capsys: pytest.CaptureFixture[str]):
    before = structlog.get_config()
    try:
        configure_logging("api", LogSettings(format="json"))
        structlog.get_logger().warning("refused", said='x"\n{"event": "forged"}\r\n\x1b[2Jy')
    finally:
        structlog.configure(**before)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["process"], told["level"]) == ("refused", "api", "warning")
    assert "forged" in told["said"]
    at = datetime.fromisoformat(told["timestamp"])
    assert at.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


@pytest.mark.parametrize("level", ["debug", "INFO", " Warning ", "warn", "critical"])
def test_a_level_has_many_spellings(level: str):
    before = structlog.get_config()
    try:
        configure_logging("api", LogSettings(level=level))
    finally:
        structlog.configure(**before)


@pytest.mark.parametrize("level", ["loud", "", "20", "information" * 10])
def test_a_level_that_is_none_is_told_with_those_there_are(level: str, capsys: pytest.CaptureFixture[str]):
    before = structlog.get_config()
    try:
        with pytest.raises(LogLevelUnknown) as told:
            configure_logging("api", LogSettings(level=level, format="json"))
        structlog.get_logger().error("api_not_started", reason=str(told.value))
    finally:
        structlog.configure(**before)
    assert json.loads(capsys.readouterr().err)["reason"] == str(told.value)  # the log is there to say it
    for text in (told.value.text("en"), told.value.text("ar")):
        assert "FALAJ_LOG_LEVEL" in text
        assert "debug, info, warning, error, critical" in text
        assert len(text) < 250


def test_a_process_that_is_given_one_says_so_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    before = structlog.get_config()
    monkeypatch.setenv("FALAJ_LOG_LEVEL", "loud")
    try:
        assert worker.main() == 1
    finally:
        structlog.configure(**before)
    said = capsys.readouterr().err
    assert "FALAJ_LOG_LEVEL is “loud”" in said
    assert "Traceback" not in said


def test_settings_are_named_and_their_secrets_are_not_told():
    environment = {
        "FALAJ_LIMITS_CONNECTIONS_MAX": "3", "FALAJ_LIMITS_WAIT_SECONDS_MAX": "0.25", "FALAJ_STORE_TRUSTS_NETWORK": "true",
        "FALAJ_OUTBOX_SMTP_PASSWORD": "12345", "FALAJ_STORE_READ_URL": "postgresql://falaj_read:hidden@db/falaj",
        "FALAJ_FOLLOW_UP_KEY": "77", "FALAJ_OPERATOR_NAME_EN": "Hidden Name", "HOME": "/root",
    }  # fmt: skip
    with capture_logs() as events:
        log_settings(environment)
    (event,) = events
    assert event["event"] == "settings_given"
    assert event["settings"] == [
        "FALAJ_FOLLOW_UP_KEY", "FALAJ_LIMITS_CONNECTIONS_MAX=3", "FALAJ_LIMITS_WAIT_SECONDS_MAX=0.25",
        "FALAJ_OPERATOR_NAME_EN", "FALAJ_OUTBOX_SMTP_PASSWORD", "FALAJ_STORE_READ_URL", "FALAJ_STORE_TRUSTS_NETWORK=true",
    ]  # fmt: skip
