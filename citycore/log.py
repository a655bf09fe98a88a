"""Logs are events: ``batch_written rows=512 lag_seconds=0.8``, configured once a process."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping

import structlog

from citycore.errors import LogLevelUnknown
from citycore.settings import LogSettings

#: What ``FALAJ_LOG_LEVEL`` takes; Python's other names of levels count as well.
LEVELS = ("debug", "info", "warning", "error", "critical")
#: Of a level that is none, what is told.
GIVEN_CHARACTERS_MAX = 40


def configure_logging(process: str, settings: LogSettings | None = None) -> None:
    """Write events to standard error, stamped with the instant (UTC) and the process's name.

    :class:`LogLevelUnknown` after that if the level is none, so that this can be logged, too.
    """
    settings = settings or LogSettings()
    level = logging.getLevelNamesMapping().get(settings.level.strip().upper())
    _configure(process, settings.format, logging.INFO if level is None else level)
    if level is None:
        raise LogLevelUnknown(given=settings.level[:GIVEN_CHARACTERS_MAX], known=", ".join(LEVELS))


def _configure(process: str, form: str, level: int) -> None:
    # Plain tracebacks: the pretty ones print local variables, and with them whole batches and URLs.
    renderers: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )

    def name_process(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event["process"] = process  # not a context variable: threads must say it too
        return event

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            name_process,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *renderers,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)


#: Parts of names of settings whose values are nobody's to read; numbers can be passwords, too.
_SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|_URL|_USER")
#: Values that say nothing but how much, or whether.
_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,9})?|true|false", re.IGNORECASE)


def log_settings(environment: Mapping[str, str] = os.environ) -> None:
    """Which settings differ from what the hub does by itself: their names, and values where those are numbers or truth values."""
    given = [
        f"{name}={value}" if _PLAIN.fullmatch(value) and _SECRET.search(name) is None else name
        for name, value in sorted(environment.items())
        if name.startswith("FALAJ_")
    ]
    structlog.get_logger().info("settings_given", settings=given)


def configure_command_logging() -> None:
    """Where a person reads what a command prints: warnings alone, on standard error, unless they set another level.

    Whatever the process configured before stays.
    """
    if structlog.is_configured():
        return
    settings = LogSettings()
    is_asked = "level" in settings.model_fields_set
    configure_logging("command", settings if is_asked else settings.model_copy(update={"level": "warning"}))
