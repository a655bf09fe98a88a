"""The report on paper: one page of A4 in either language."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import falaj_client as api
from dashboards import time_line
from dashboards.air import advice_of, source_of
from dashboards.alerting import severity_text
from dashboards.answers import sentence
from dashboards.charts import Drawn, chart_png, forecast_chart
from dashboards.downloads import Figure, Table
from dashboards.language import Words, number_text
from dashboards.limits import Judged
from dashboards.map_figure import map_figure
from dashboards.overview.tiles import Tile
from dashboards.palette import LIGHT
from dashboards.report.errors import ReportPackageMissing
from dashboards.report.model import SETTINGS, Report
from dashboards.row import View
from dashboards.rules import Condition

#: What lays out Arabic, and fonts with both scripts, of the page and of its pictures.
PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-core",
    "fonts-dejavu-core",
)


#: Sizes of type, the first that fits.
POINTS = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
#: Pixels before scaling: wide, and beside a column of text.
PERIOD_SIZE, MAP_SIZE = (960, 190), (420, 300)


@dataclass(frozen=True, slots=True)
class Picture:
    """``source`` holds the picture itself, so that nothing is fetched."""

    title: str
    alt: str
    source: str
    hints: str


def write_pdf(report: Report, view: View) -> bytes:
    """As PDF, in the largest type with which it is one page; :class:`ReportPackageMissing` on a machine that cannot lay it out."""
    try:
        from weasyprint import HTML
    except OSError as error:  # it loads Pango when it is imported
        raise ReportPackageMissing(packages=" ".join(PACKAGES)) from error
    pictures = draw(report, view)
    for points in POINTS:
        laid_out = HTML(string=write_html(report, view, pictures, points)).render()
        if len(laid_out.pages) == 1:
            break
    return bytes(laid_out.write_pdf())


def write_html(report: Report, view: View, pictures: Sequence[Picture], points: float) -> str:
    """The page before it is laid out, in type of so many points."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    words = view.words
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, loader=PackageLoader("dashboards.report", "")
    )
    return environment.get_template("page.html").render(
        words=words,
        place=view.place_name(),
        period=words(
            "report.period", start=words.instant(view.period.start), end=words.instant(view.period.end)
        ),
        made=words("report.made", instant=words.instant(view.now)),
        simulated=any(one.simulated for one in view.things),
        answers=[sentence(claims, words) for claims in report.claims],
        tiles=[_tile(one, words) for one in report.overview.tiles],
        advice=_advice(report, words),
        points=points,
        pictures=pictures,
        alerts=[_alert(one, view) for one in report.alerts[: SETTINGS.alerts_max]],
        raised=words("report.raised", alerts=words.counted("alerts.counted", report.raised_count)),
        silent=_silent(report, view),
        sources=[*_sources(view), *_noted(report, view)],
        calls=words("report.calls"),
    )


def _tile(one: Tile, words: Words) -> dict[str, str]:
    """Its name, its value, and the level it is judged by, or why it has none."""
    level = note = ""
    if isinstance(one.judged, Judged):
        level = words.text(one.judged.level.name)
        note = words.limit(one.judged.limit)["table"]
    if one.condition is not Condition.FRESH:
        note = words(f"condition.{one.condition}")
    value = words("none") if one.value is None else words.value(one.value, one.unit)
    colour = one.judged.level.colour if isinstance(one.judged, Judged) else ""
    return {
        "name": one.name.text(words.language),
        "value": value,
        "level": level,
        "note": note,
        "colour": colour,
    }


def _advice(report: Report, words: Words) -> dict[str, object] | None:
    """What people are told about the air, and after whom; None where no index judges, or its table tells nothing."""
    air = report.overview.air
    said = advice_of(air, words)
    if air is None or not said:
        return None
    return {"said": said, "source": source_of(air, words), "colour": air.level.colour}


def draw(report: Report, view: View) -> list[Picture]:
    """The period of the property, and the map of its newest values.

    As PNG: WeasyPrint writes Arabic in SVG from left to right, in letters that do not join.
    """
    if report.shown is None:
        return []
    figures = [(map_figure(view, report.overview.scene, report.shown), MAP_SIZE)]
    if report.hours:
        figures.insert(0, (period_figure(report, view), PERIOD_SIZE))
    return [_drawn(figure, size, view.words) for figure, size in figures]


def _drawn(figure: Figure, size: tuple[int, int], words: Words) -> Picture:
    width, height = size
    chart = figure.draw(LIGHT).properties(height=height)
    data = b64encode(chart_png(chart, words, LIGHT, SETTINGS.scale, width)).decode()
    return Picture(figure.title, figure.alt, f"data:image/png;base64,{data}", " · ".join(figure.hints))


def period_figure(report: Report, view: View) -> Figure:
    """Its hours with the bounds that lie near them, and whose they are."""
    words, shown = view.words, report.shown
    assert shown is not None, "asked for only where a property is shown"
    means = [hour.mean for hour in report.hours if hour.mean is not None]
    drawn = Drawn(report.hours, None, shown.unit, report.limit)
    name = shown.name.text(words.language)
    hints = [words("report.series", n=report.series)]
    if report.limit is not None:
        key = "limits.lines_hint" if drawn.lines() else "limits.lines_none"
        hints.append(words(key, **words.limit(report.limit)))
    return Figure(
        code="report-period",
        title=words("report.hours", name=name),
        alt=words("report.hours_alt", name=name, low=number_text(min(means)), high=number_text(max(means))),
        draw=lambda palette: forecast_chart(drawn, words, palette),
        table=Table(columns=(), rows=list, shown=(), cells=()),
        calls=(),
        hints=hints,
    )


def _alert(one: api.Alert, view: View) -> str:
    words = view.words
    return words(
        "report.alert",
        severity=severity_text(one.severity, words),
        name=one.name.text(words.language),
        sensor=one.thing_name.text(words.language),
        since=words.instant(one.raised_at),
    )


def _silent(report: Report, view: View) -> list[str]:
    words, rows = view.words, report.silent[: SETTINGS.silent_max]
    said = [
        words(
            "report.silent_sensor",
            sensor=one.thing.name.text(words.language),
            since=words("sensors.never_heard") if one.newest is None else words.instant(one.newest),
        )
        for one in rows
    ]
    if more := len(report.silent) - len(rows):
        said.append(words("answer.more", n=more))
    return said


def _noted(report: Report, view: View) -> list[str]:
    """What officers wrote of the period; nothing where they wrote nothing."""
    words = view.words
    said = time_line.hints(report.noted, words, SETTINGS.annotations_max)
    return [words("report.annotation", line=one) for one in said]


def _sources(view: View) -> list[str]:
    """Where the data of the place come from, with licence and attribution."""
    words, used = view.words, {one.source for one in view.things}
    told = []
    for one in view.city.sources:
        if one.code in used:
            parts = [one.name.text(words.language)]
            parts += [words("licence", licence=words.code(one.licence))] if one.licence else []
            parts += [words.code(one.attribution)] if one.attribution else []
            told.append(" · ".join(parts))
    return told
