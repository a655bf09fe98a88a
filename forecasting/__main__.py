"""``python -m forecasting --due`` or ``--study``: what is due now, politely. By hand there is ``falaj forecast``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import psycopg

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.language import LANGUAGES, Catalogue
from citycore.log import configure_logging
from citycore.settings import StoreSettings
from citycore.store.connections import ACCEPTED_ONLY, connect, unavailable
from forecasting.repository import Limits
from forecasting.running.opening import open_runner
from forecasting.running.settings import DaskSettings, RunningSettings, ServingSettings
from forecasting.service import Bench, Report, issue_due, study_due
from forecasting.settings import ForecastSettings

#: The exit code that tells whoever runs what is due again and again that the rest was issued.
SET_ASIDE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 if everything that was due is done, 3 if some of it is set aside, 1 otherwise."""
    asked = _parser().parse_args(arguments)
    try:
        configure_logging("forecast")
        report = _run(is_study=asked.study, store=StoreSettings())
    except FalajError as error:
        sys.stderr.write(error.text(asked.language) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    outcome = "studied_due" if asked.study else "issued_due"
    counts = {"issued": report.issued, "studied": report.studied, "failed": report.failed}
    sys.stdout.write(Catalogue("forecasting").text(f"outcome.{outcome}", asked.language, **counts) + "\n")
    return SET_ASIDE if report.failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m forecasting", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--due", action="store_true", help="issue what is due, up to one batch")
    what.add_argument("--study", action="store_true", help="study the panels whose turn it is, up to one run")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the answer")
    return parser


def _run(*, is_study: bool, store: StoreSettings) -> Report:
    limits, running = Limits(ForecastSettings(), ServingSettings()), RunningSettings()
    os.nice(limits.forecast.niceness)
    try:
        with (
            connect(
                store.worker_url, store, "falaj-forecast", autocommit=True, sources=ACCEPTED_ONLY
            ) as connection,
            open_runner(running, DaskSettings()) as runner,
        ):
            bench = Bench(connection, runner, system_clock, limits, running)
            return study_due(bench) if is_study else issue_due(bench)
    except psycopg.OperationalError as error:
        raise unavailable(store.worker_url, error) from error


if __name__ == "__main__":
    sys.exit(main())
