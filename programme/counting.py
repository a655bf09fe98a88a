"""``python -m programme.counting``: count what somebody has asked for, then end. The worker starts it when something is due."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

import psycopg
import structlog

from casework.counting.settings import CountingSettings
from casework.counting.wanted import Tally, count_due
from citycore.errors import FalajError
from citycore.log import configure_logging
from citycore.settings import StoreSettings
from citycore.store.connections import connect, unavailable
from programme.registry import open_programme

#: The exit code that tells whoever runs this again and again that the rest is done.
SET_ASIDE = 3
log = structlog.get_logger()


def main() -> int:
    """Exit code 0 if all that is due is counted, 3 if something is set aside, 1 if the run failed."""
    try:
        configure_logging("counting")
        os.nice(CountingSettings().niceness)
        tally = _run()
    except FalajError as error:
        log.error("counting_failed", reason=str(error))  # noqa: TRY400  # one line for people is enough
        return 1
    log.info("counting_done", **tally._asdict())
    return SET_ASIDE if tally.failed else 0


def _run() -> Tally:
    store = StoreSettings()
    try:
        with connect(store.portal_url, store, "falaj-counting", autocommit=True) as connection:
            return count_due(open_programme(lambda: nullcontext(connection)))
    except psycopg.OperationalError as error:
        raise unavailable(store.portal_url, error) from error


if __name__ == "__main__":
    sys.exit(main())
