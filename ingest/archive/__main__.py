"""``python -m ingest.archive [--verify]``: a bounded piece of the archive's work, then end."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict

import psycopg
import structlog

from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.log import configure_logging
from citycore.settings import StoreSettings
from citycore.store.connections import connect, unavailable
from ingest.archive.model import Report
from ingest.archive.service import Archive
from ingest.archive.settings import ArchiveSettings

#: The exit code that tells whoever runs this again and again that the rest is done.
SET_ASIDE = 3
log = structlog.get_logger()


def main() -> int:
    """Exit code 0 if all that was begun is done, 3 if something is set aside or damaged, 1 if the run failed."""
    parser = argparse.ArgumentParser(prog="python -m ingest.archive", description=__doc__)
    parser.add_argument("--verify", action="store_true", help="first read some files again")
    asked = parser.parse_args()
    try:
        configure_logging("archive")
        settings = ArchiveSettings()
        os.nice(settings.niceness)
        report = _run(settings, verify=asked.verify)
    except FalajError as error:
        log.error("archive_run_failed", reason=str(error))  # noqa: TRY400  # one line for people is enough
        return 1
    log.info("archive_run_done", **asdict(report))
    return SET_ASIDE if report.failed or report.damaged else 0


def _run(settings: ArchiveSettings, *, verify: bool) -> Report:
    store = StoreSettings()
    try:
        with connect(store.worker_url, store, "falaj-archive", autocommit=True) as connection:
            place = Place(ArchivePlaceSettings())
            return Archive(connection, place, settings, system_clock).run(verify=verify)
    except psycopg.OperationalError as error:
        raise unavailable(store.worker_url, error) from error


if __name__ == "__main__":
    sys.exit(main())
