"""``python -m forecasting --datastream ID`` or ``--due``: issue forecasts by hand, or all that are due."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import psycopg

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.language import LANGUAGES, Catalogue, Language
from citycore.log import configure_logging
from citycore.settings import StoreSettings
from citycore.store.connections import Connection, connect, unavailable
from forecasting.model import Forecast
from forecasting.service import forecast_datastream, issue_due
from forecasting.settings import ForecastSettings

#: The exit code that tells whoever runs what is due again and again that the rest was issued.
SET_ASIDE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 if everything asked for was issued, 3 if some of what was due is set aside, 1 otherwise."""
    asked = _parser().parse_args(arguments)
    configure_logging("forecast")
    try:
        return _run(asked, ForecastSettings(), StoreSettings())
    except FalajError as error:
        sys.stderr.write(error.text(asked.language) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m forecasting", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--datastream", type=int, metavar="ID", help="forecast this datastream now")
    what.add_argument("--due", action="store_true", help="issue what is due, politely, up to the limit")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the answer")
    return parser


def _run(asked: argparse.Namespace, settings: ForecastSettings, store: StoreSettings) -> int:
    texts = Catalogue("forecasting")
    try:
        with connect(store.worker_url, store, "falaj-forecast", autocommit=True) as connection:
            if asked.due:
                return _due(connection, settings, texts, asked.language)
            return _one(connection, asked.datastream, settings, texts, asked.language)
    except psycopg.OperationalError as error:
        raise unavailable(store.worker_url, error) from error


def _due(connection: Connection, settings: ForecastSettings, texts: Catalogue, language: Language) -> int:
    os.nice(settings.niceness)
    report = issue_due(connection, system_clock, settings)
    _say(texts.text("outcome.issued_due", language, issued=report.issued, failed=report.failed))
    return SET_ASIDE if report.failed else 0


def _one(
    connection: Connection,
    datastream_id: int,
    settings: ForecastSettings,
    texts: Catalogue,
    language: Language,
) -> int:
    forecast = forecast_datastream(connection, datastream_id, system_clock(), settings)
    if forecast is None:
        _say(
            texts.text(
                "outcome.none",
                language,
                datastream=datastream_id,
                naive_hours=settings.naive_hours_min,
                scored_hours=settings.scored_hours_min,
                horizon_hours=settings.horizon_hours,
            )
        )
        return 1
    _say(_described(datastream_id, forecast, texts, language))
    return 0


def _described(datastream_id: int, forecast: Forecast, texts: Catalogue, language: Language) -> str:
    skill = texts.text("outcome.unscored", language) if forecast.skill is None else f"{forecast.skill:.2f}"
    lines = [
        texts.text(
            "outcome.issued",
            language,
            datastream=datastream_id,
            hours=forecast.horizon_hours,
            origin=forecast.origin.isoformat(),
            model=forecast.model,
            mae=f"{forecast.mae:.4g}",
            origins=forecast.backtest_origins,
            skill=skill,
            baseline=forecast.baseline,
        )
    ]
    if forecast.fallback_reason is not None:
        lines.append(texts.text(f"reason.{forecast.fallback_reason}", language))
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
