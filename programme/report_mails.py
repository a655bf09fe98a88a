"""``python -m programme.report_mails``: make and mail the reports that are due, then end. The worker starts it when one is."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from functools import partial

import psycopg
import structlog

from casework.outbox.settings import OutboxSettings
from casework.report_mails.making import make_apart
from casework.report_mails.sending import Tally, send_due
from casework.report_mails.settings import ReportMailSettings
from citycore.errors import FalajError
from citycore.log import configure_logging
from citycore.settings import StoreSettings
from citycore.store.connections import connect, unavailable
from programme.registry import open_programme

#: The exit code that tells whoever runs this again and again that the rest is done.
SET_ASIDE = 3
log = structlog.get_logger()


def main() -> int:
    """Exit code 0 if all that is due was settled, 3 if something is set aside, 1 if the run failed."""
    try:
        configure_logging("report_mails")
        os.nice(ReportMailSettings().niceness)
        tally = _run()
    except FalajError as error:
        log.error("report_mails_failed", reason=str(error))  # noqa: TRY400  # one line for people is enough
        return 1
    log.info("report_mails_done", **tally._asdict())
    return SET_ASIDE if tally.failed else 0


def _run() -> Tally:
    store, bytes_max = StoreSettings(), OutboxSettings().file_bytes_max
    make = partial(make_apart, settings=ReportMailSettings(), bytes_max=bytes_max)
    try:
        with connect(store.portal_url, store, "falaj-report-mails", autocommit=True) as connection:
            return send_due(open_programme(lambda: nullcontext(connection)), make)
    except psycopg.OperationalError as error:
        raise unavailable(store.portal_url, error) from error


if __name__ == "__main__":
    sys.exit(main())
