"""What was, and how does it compare? The hours of one property of one thing over a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import client
from dashboards.answers import Claim, Value
from dashboards.model import Datastream, Hour
from dashboards.row import View


@dataclass(frozen=True, slots=True)
class Explored:
    """A series over the period; ``stream`` is None where there is none. ``before`` are the hours it is compared with."""

    stream: Datastream | None = None
    hours: Sequence[Hour] = ()
    before: Sequence[Hour] | None = None
    calls: Sequence[str] = ()


def load(view: View) -> Explored:
    chosen = (view.observed_property, view.thing)
    found = (one for one in client.datastreams() if (one.observed_property, one.thing) == chosen)
    one = next(found, None)
    if one is None:
        return Explored()
    period, compared = view.period, view.compared()
    calls = [client.hours_url(one.number, period.start, period.end)]
    hours = client.hours(one.number, period.start, period.end)
    if compared is None:
        return Explored(one, hours, None, calls)
    calls.append(client.hours_url(one.number, compared.start, compared.end))
    return Explored(one, hours, client.hours(one.number, compared.start, compared.end), calls)


def claims_of(data: Explored, view: View) -> list[Claim]:
    """The mean of the hours there are, and of those it is compared with."""
    if data.stream is None:
        return [Claim("answer.nothing_to_show")]
    mean = mean_of(data.hours)
    if mean is None:
        return [Claim("explore.no_hours", {"thing": data.stream.thing_name})]
    unit, named = data.stream.unit, view.city.property(view.observed_property)
    property_name = named.name if named else "none"
    claims = [
        Claim(
            "explore.mean",
            {"property": property_name, "thing": data.stream.thing_name, "mean": Value(mean, unit)},
        )
    ]
    before = None if data.before is None else mean_of(data.before)
    if before is not None:
        claims.append(Claim(f"explore.before.{view.state.compare}", {"mean": Value(before, unit)}))
    return claims


def mean_of(hours: Sequence[Hour]) -> float | None:
    means = [hour.mean for hour in hours if hour.mean is not None]
    return sum(means) / len(means) if means else None
