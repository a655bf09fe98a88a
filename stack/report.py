"""``falaj report``: a place and a period on one page of paper."""

from __future__ import annotations

import logging
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stack.joining import join_running_hub
from stack.texts import text

#: Outside of a page there is nothing to keep caches in, which Streamlit remarks on at each of them.
_REMARKS = "streamlit.runtime.caching.cache_data_api"


class ReportLanguage(StrEnum):
    """In which the page is written."""

    AR = "ar"
    EN = "en"


def report(
    out: Annotated[Path, typer.Argument(metavar="OUT.pdf", dir_okay=False, help=text("help.report_out"))],
    place: Annotated[str, typer.Option(help=text("help.report_place"))] = "",
    observed_property: Annotated[str, typer.Option("--property", help=text("help.report_property"))] = "",
    days: Annotated[int, typer.Option(help=text("help.report_days"))] = 7,
    language: Annotated[ReportLanguage, typer.Option(help=text("help.report_language"))] = ReportLanguage.AR,
) -> None:
    """It asks the API at ``FALAJ_API_URL``, or that of the hub that runs in the data folder."""
    if "FALAJ_API_URL" not in os.environ:
        join_running_hub()
    logging.getLogger(_REMARKS).addFilter(lambda record: record.levelno >= logging.ERROR)
    from dashboards.report.command import report_pdf

    page = report_pdf(language.value, place, observed_property, days)
    out.write_bytes(page)
    typer.echo(text("report.written", file=str(out)))
