"""``python -m dashboards [OPTIONS]``: Streamlit serves the pages, with options of its own such as ``--server.port 8501``.

Everything is imported first, so that the server is there a little later and whoever comes first does not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files

from citycore.clock import system_clock
from citycore.credentials import require
from citycore.errors import FalajError
from citycore.intervals import floor_hour
from citycore.language import LANGUAGES
from citycore.units import conversion
from dashboards.collecting import spare_imports
from dashboards.language import ROOMS, Words


def prepare() -> None:
    """Import what pages need, read the texts and the grammar of units, and draw one chart: the first of each takes the longest."""
    for room in ROOMS:
        import_module(f"dashboards.{room}.body")
    import_module("dashboards.report.button")
    from dashboards.charts import Drawn, forecast_chart, spec_of
    from dashboards.model import Hour
    from dashboards.palette import LIGHT

    hour = Hour(floor_hour(system_clock()), 1.0)
    for language in LANGUAGES:
        spec_of(forecast_chart(Drawn([hour], None, ""), Words(language), LIGHT))
    conversion("mg/m3", "ug/m3")
    spare_imports()


def main(arguments: Sequence[str]) -> None:
    from streamlit.web import cli

    try:
        require("dashboards")
    except FalajError as error:
        sys.stderr.write(error.text("en") + "\n")
        raise SystemExit(1) from None
    prepare()
    app = str(files("dashboards") / "served.py")
    cli.main(["run", app, *arguments], prog_name="streamlit")


if __name__ == "__main__":
    main(sys.argv[1:])
