"""``python -m forecasting.nowcast``: issue nowcasts of the last complete quarter, and study what is due."""

from __future__ import annotations

import os
import sys

import psycopg

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.log import configure_logging
from citycore.settings import StoreSettings
from citycore.store.connections import ACCEPTED_ONLY, connect, unavailable
from forecasting.nowcast.service import run
from forecasting.nowcast.settings import NowcastSettings

#: The exit code that tells whoever runs what is due again and again that the rest was issued.
SET_ASIDE = 3


def main() -> int:
    """0 if all was issued, 3 if something is set aside, 1 if nothing could be done."""
    store = StoreSettings()
    try:
        configure_logging("nowcast")
        settings = NowcastSettings()
        os.nice(settings.niceness)
        with connect(
            store.worker_url, store, "falaj-nowcast", autocommit=True, sources=ACCEPTED_ONLY
        ) as connection:
            report = run(connection, system_clock, settings)
    except psycopg.OperationalError as error:
        sys.stderr.write(unavailable(store.worker_url, error).text("en") + "\n")
        return 1
    except FalajError as error:
        sys.stderr.write(error.text("en") + "\n")
        return 1
    return SET_ASIDE if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
