"""``python -m ingest.bulk [--verify]``: write the files of the days that are due, then end."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import psycopg
import structlog

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.log import configure_logging
from citycore.settings import BulkFolderSettings, StoreSettings
from citycore.store.connections import ACCEPTED_ONLY, connect, unavailable
from ingest.bulk.service import Report, write_due
from ingest.bulk.settings import BulkSettings

#: The exit code that tells whoever runs this again and again that the other files are written.
SET_ASIDE = 3
log = structlog.get_logger()


def main() -> int:
    """Exit code 0 if every file that was begun is complete, 3 if some are set aside, 1 if the run failed."""
    parser = argparse.ArgumentParser(prog="python -m ingest.bulk", description=__doc__)
    parser.add_argument("--verify", action="store_true", help="first look whether all files are there")
    parser.add_argument(
        "--suspected", nargs="*", default=[], metavar="DATASET/DATE", help="files that readers could not use"
    )
    asked = parser.parse_args()
    try:
        configure_logging("bulk")
        settings = BulkSettings()
        os.nice(settings.niceness)
        report = _run(settings, verify=asked.verify, suspected=asked.suspected)
    except FalajError as error:
        log.error("bulk_run_failed", reason=str(error))  # noqa: TRY400  # one line for people is enough
        return 1
    log.info(
        "bulk_run_done",
        written=report.written,
        unchanged=report.unchanged,
        failed=report.failed,
        is_busy=report.is_busy,
    )
    return SET_ASIDE if report.failed else 0


def _run(settings: BulkSettings, *, verify: bool, suspected: Sequence[str]) -> Report:
    store, folder = StoreSettings(), BulkFolderSettings().folder
    try:
        with connect(
            store.worker_url, store, "falaj-bulk", autocommit=True, sources=ACCEPTED_ONLY
        ) as connection:
            return write_due(connection, folder, settings, system_clock, verify=verify, suspected=suspected)
    except psycopg.OperationalError as error:
        raise unavailable(store.worker_url, error) from error


if __name__ == "__main__":
    sys.exit(main())
