"""A line of the log is one event, whatever its values hold, and says when in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from citycore.log import configure_logging
from citycore.settings import LogSettings


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
