"""The request that was probably meant, where everything that is wrong with it can be put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from citycore.clock import CITY_ZONE
from hub_api.serving.errors import Fault, nearest
from hub_api.serving.formats import EXTENSIONS

#: A longer URL is not sent back.
URL_CHARACTERS_MAX = 2_000
BOX_COMMAS = 3
#: Faults that go away with their parameter.
REMOVABLE = frozenset(
    {"csv_only", "lines_only", "json_only", "counted_in_json", "raw_only", "unknown_parameter", "not_with"}
)

#: What readers of other services call our parameters.
SYNONYMS: Mapping[str, str] = {
    "format": "f",
    "fmt": "f",
    "output": "f",
    "language": "lang",
    "locale": "lang",
    "sensor": "thing",
    "station": "thing",
    "device": "thing",
    "property": "observed_property",
    "parameter": "observed_property",
    "area": "bbox",
    "around": "near",
    "search": "q",
    "query": "q",
    "columns": "fields",
    "select": "fields",
    "from": "start",
    "since": "start",
    "to": "end",
    "until": "end",
    "page_size": "limit",
    "per_page": "limit",
    "interval": "bucket",
}

#: Parameters that say how much.
AMOUNTS = frozenset({"limit", "seconds"})

#: Values by parameter; None takes it away.
Changes = Mapping[str, str | None]


def meant(parameter: str, known: Sequence[str]) -> str | None:
    """The known parameter that an unknown one stands for, by what others call it or by its letters."""
    synonym = SYNONYMS.get(parameter.lower())
    return synonym if synonym in known else nearest(parameter, known)


def changed_url(path: str, parameters: Mapping[str, str], changes: Changes) -> str | None:
    """The path with its parameters after the changes; None if it became too long.

    A path that ends with a format (``/v1/observations.csv``) gives way to another ``f``.
    """
    merged = {**parameters, **changes}
    if changes.get("f") is not None:
        path = without_extension(path)
    kept = [(name, value) for name, value in merged.items() if value is not None]
    url = quote(path, safe="/") + (f"?{urlencode(kept, safe=':,')}" if kept else "")
    return url if len(url) <= URL_CHARACTERS_MAX else None


def without_extension(path: str) -> str:
    """``/v1/observations`` of ``/v1/observations.csv``."""
    head, dot, extension = path.rpartition(".")
    return head if dot and extension in EXTENSIONS.values() else path


def corrections(parameters: Mapping[str, str], faults: Sequence[Fault]) -> Changes | None:
    """What to change so that no fault is left; None if one of them cannot be put right without guessing."""
    changes: dict[str, str | None] = {}
    for fault in faults:
        correction = _correction(fault, parameters)
        if correction is None:
            return None
        changes |= correction
    return changes


def renamed_url(
    path: str, parameters: Mapping[str, str], parameter: str, name: str, suggestion: str
) -> str | None:
    """The request with the suggested name in the place of the unknown one."""
    several = parameters.get(parameter, "").split(",")
    if name in several:
        meant_ones = dict.fromkeys(suggestion if one == name else one for one in several)
        return changed_url(path, parameters, {parameter: ",".join(meant_ones)})
    head, _, last = path.rpartition("/")
    return changed_url(f"{head}/{suggestion}", parameters, {}) if last == name else None


def _correction(fault: Fault, parameters: Mapping[str, str]) -> Changes | None:
    if fault.parameter not in parameters:
        return None
    if fault.code in REMOVABLE:
        return {fault.parameter: None}
    make = CORRECTIONS.get(fault.code)
    return None if make is None else make(fault, parameters)


def _at_bound(fault: Fault, bound: str) -> Changes | None:
    """The nearest number that is allowed; but the nearest of a name's is another thing's name."""
    return {fault.parameter: str(fault.fields[bound])} if fault.parameter in AMOUNTS else None


def _renamed(fault: Fault, parameters: Mapping[str, str]) -> Changes | None:
    likely = str(fault.fields["likely"])
    if likely in parameters:
        return {fault.parameter: None}
    return {fault.parameter: None, likely: parameters[fault.parameter]}


def _swapped(_: Fault, parameters: Mapping[str, str]) -> Changes | None:
    start, end = parameters.get("start"), parameters.get("end")
    return None if start is None or end is None or start == end else {"start": end, "end": start}


def _ordered_box(fault: Fault, parameters: Mapping[str, str]) -> Changes | None:
    parts = parameters[fault.parameter].split(",")
    (west, east), (south, north) = sorted(parts[::2], key=float), sorted(parts[1::2], key=float)
    if float(west) == float(east) or float(south) == float(north):
        return None
    return {fault.parameter: f"{west},{south},{east},{north}"}


def _other_way_round(fault: Fault, parameters: Mapping[str, str]) -> Changes | None:
    """Longitude before latitude, in a box as around a point."""
    first, second, *rest = parameters[fault.parameter].split(",")
    if fault.parameter == "near":
        return {fault.parameter: ",".join((second, first, *rest))}
    north, east = rest
    return {fault.parameter: f"{second},{first},{east},{north}"}


def _box_after_all(fault: Fault, parameters: Mapping[str, str]) -> Changes | None:
    """Four numbers around a point are a box, as ``near`` was one elsewhere."""
    text = parameters[fault.parameter]
    return {fault.parameter: None, "bbox": text} if text.count(",") == BOX_COMMAS else None


def _in_the_city(fault: Fault, parameters: Mapping[str, str]) -> Changes | None:
    """A time without an offset as one in Muscat, and a day where an instant is wanted as its beginning there."""
    moment = datetime.fromisoformat(parameters[fault.parameter].strip())
    return {fault.parameter: moment.replace(tzinfo=CITY_ZONE).isoformat()}


CORRECTIONS: Mapping[str, Callable[[Fault, Mapping[str, str]], Changes | None]] = {
    "misspelt_parameter": _renamed,
    "below_minimum": lambda fault, _: _at_bound(fault, "minimum"),
    "above_maximum": lambda fault, _: _at_bound(fault, "maximum"),
    "start_not_before_end": _swapped,
    "naive_time": _in_the_city,
    "no_hours": lambda fault, _: {fault.parameter: "raw"},
    "bbox_order": _ordered_box,
    "near_shape": _box_after_all,
    "area_swapped": _other_way_round,
}
