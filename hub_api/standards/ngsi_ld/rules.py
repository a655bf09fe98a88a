"""From parameters to questions: what is asked for, how it is to be written, over which time. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from citycore.language import LANGUAGES
from hub_api.serving.errors import invalid
from hub_api.standards.ngsi_ld.aggregates import METHODS
from hub_api.standards.ngsi_ld.entities import DEFAULT_INSTANCE
from hub_api.standards.ngsi_ld.geometry import parse_area
from hub_api.standards.ngsi_ld.model import (
    Aggregation,
    Condition,
    Every,
    Form,
    Presentation,
    Question,
    Some,
    Span,
    Term,
)
from hub_api.standards.ngsi_ld.parsing import instant_of, like_of, names_of, parse_query
from hub_api.standards.ngsi_ld.periods import duration_of
from hub_api.standards.ngsi_ld.schemas import (
    PostedSelection,
    PresentationParameters,
    SelectionParameters,
    SpanParameters,
)
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings

FORMS: Mapping[str, Form] = {
    "normalized": "normalized",
    "concise": "concise",
    "keyValues": "simplified",
    "simplified": "simplified",
    "temporalValues": "temporalValues",
    "aggregatedValues": "aggregatedValues",
}
OF_TIME = ("temporalValues", "aggregatedValues")
OTHER_OPTIONS = ("sysAttrs", "count")
JSON, LD_JSON, GEO_JSON = "application/json", "application/ld+json", "application/geo+json"
MEDIA_TYPES = (JSON, LD_JSON, GEO_JSON)
RANGES: Mapping[str, str] = {"*/*": JSON, "application/*": JSON, "": JSON}
TYPES_MAX = 20
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[^\s\x00-\x1f\x7f<>\"{}|\\^`]{1,400}")
#: Names as `pick` and `omit` have them, also IRIs.
_MEMBERS = re.compile(r"[\w:/.#@%?=&~+-]+(?:[,|][\w:/.#@%?=&~+-]+)*")
#: Members of an entity that no context renames.
MEMBERS = frozenset({"id", "type", "scope"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Local = Callable[[str], str]


def question_of(query: SelectionParameters, settings: NgsiLdSettings, local: Local) -> Question:
    """``local`` turns names of any kind into the hub's."""
    area = parse_area(query.georel, query.geometry, query.coordinates, query.geoproperty, settings)
    return _question(
        {"ids": query.id, "types": query.type, "id_pattern": query.id_pattern},
        names_of("attrs", query.attrs, settings),
        None if query.q is None else parse_query(query.q, settings),
        area,
        (settings, local),
    )


def posted_question(posted: PostedSelection, settings: NgsiLdSettings, local: Local) -> Question:
    geo = posted.geo_q
    area = (
        None
        if geo is None
        else parse_area(geo.georel, geo.geometry, geo.coordinates, geo.geoproperty, settings)
    )
    first = posted.entities[0] if posted.entities else None
    named: dict[str, str | None] = {"ids": None, "types": None, "id_pattern": None}
    if first is not None:
        named = {"ids": first.id, "types": first.type, "id_pattern": first.id_pattern}
    attributes = names_of("attrs", ",".join(posted.attrs), settings) if posted.attrs else ()
    condition = None if posted.q is None else parse_query(posted.q, settings)
    return _question(named, attributes, condition, area, (settings, local))


def _question(
    named: Mapping[str, str | None],
    attributes: tuple[str, ...],
    condition: Condition | None,
    area: Any,
    known: tuple[NgsiLdSettings, Local],
) -> Question:
    settings, local = known
    ids = names_of("id", named["ids"], settings)
    for one in ids:
        check_uri(one)
    types = named["types"]
    if types is not None and any(sign in types for sign in ";()"):
        # An entity has one type here, so that no two can be asked for at once.
        raise invalid("type", "ngsi_ld_types")
    pattern = named["id_pattern"]
    return Question(
        ids=ids,
        types=tuple(
            map(local, names_of("type", None if types is None else types.replace("|", ","), settings))
        ),
        # With ids a pattern does not count (5.7.2.4).
        id_pattern=None if pattern is None or ids else like_of(pattern, "idPattern", settings),
        attributes=tuple(map(local, attributes)),
        condition=None if condition is None else renamed(condition, local),
        area=area,
    )


def check_uri(text: str) -> None:
    if _URI.fullmatch(text) is None:
        raise invalid("id", "ngsi_ld_uri")


def renamed(condition: Condition, local: Local) -> Condition:
    if isinstance(condition, Term):
        return Term(local(condition.attribute), condition.part, condition.operator, condition.values)
    kind = Every if isinstance(condition, Every) else Some
    return kind(tuple(renamed(each, local) for each in condition.of))


def presentation_of(
    query: PresentationParameters, settings: NgsiLdSettings, local: Local, *, is_temporal: bool = False
) -> Presentation:
    attributes = tuple(map(local, names_of("attrs", query.attrs, settings)))
    form, options = form_of(query.options, query.format, settings, is_temporal=is_temporal)
    pick, omit = projection_of(query.pick, query.omit, settings, local, has_attributes=bool(attributes))
    return Presentation(
        form=form,
        has_system_attributes="sysAttrs" in options,
        attributes=attributes,
        language=language_of_names(query.lang),
        geometry=query.geometry_property or "location",
        pick=pick,
        omit=omit,
        datasets=datasets_of(query.dataset_id, settings),
    )


def datasets_of(text: str | None, settings: NgsiLdSettings) -> tuple[str, ...]:
    """Datasets by their URIs, or ``@none`` for instances without one."""
    datasets = names_of("datasetId", text, settings)
    if any(one != DEFAULT_INSTANCE and _URI.fullmatch(one) is None for one in datasets):
        raise invalid("datasetId", "ngsi_ld_dataset")
    return datasets


def projection_of(
    pick: str | None, omit: str | None, settings: NgsiLdSettings, local: Local, *, has_attributes: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which members are picked and which omitted (4.21); what is at the end of a relationship cannot be, as there is none."""
    found = []
    for parameter, text in (("pick", pick), ("omit", omit)):
        if text is not None and (has_attributes or _MEMBERS.fullmatch(text) is None):
            raise invalid(parameter, "ngsi_ld_members")
        names = names_of(parameter, None if text is None else text.replace("|", ","), settings)
        found.append(tuple(name if name in MEMBERS else local(name) for name in names))
    picked, omitted = found
    if set(picked) & set(omitted):
        raise invalid("omit", "ngsi_ld_members")
    return picked, omitted


def form_of(
    options: str | None, form: str | None, settings: NgsiLdSettings, *, is_temporal: bool = False
) -> tuple[Form, tuple[str, ...]]:
    """``format`` counts before what ``options`` says."""
    named = names_of("options", options, settings)
    known = (*FORMS, *OTHER_OPTIONS)
    for parameter, some in (("options", named), ("format", names_of("format", form, settings))):
        allowed = known if parameter == "options" else tuple(FORMS)
        if any(one not in allowed for one in some):
            raise invalid(parameter, "not_one_of", expected=", ".join(allowed))
        if not is_temporal and any(one in OF_TIME for one in some):
            raise invalid(parameter, "ngsi_ld_form")
    forms = [FORMS[one] for one in (*names_of("format", form, settings), *named) if one in FORMS]
    return (forms[0] if forms else "normalized"), named


def aggregation_of(query: SpanParameters, form: Form) -> Aggregation | None:
    """What is to be aggregated, None where nothing is (4.5.19.1)."""
    if form != "aggregatedValues":
        for name, value in (
            ("aggrMethods", query.aggr_methods),
            ("aggrPeriodDuration", query.aggr_period_duration),
        ):
            if value is not None:
                raise invalid(name, "ngsi_ld_not_aggregated")
        return None
    methods = tuple(dict.fromkeys(one.strip() for one in (query.aggr_methods or "").split(",", len(METHODS))))
    if any(one not in METHODS for one in methods):
        raise invalid("aggrMethods", "not_one_of", expected=", ".join(METHODS))
    return Aggregation(methods=methods, duration=duration_of(query.aggr_period_duration or "PT0S"))


def language_of_names(text: str | None) -> str | None:
    """The first language of ``lang`` in which there are names; None for all."""
    for one in (text or "").split(","):
        code = one.partition(";")[0].strip().partition("-")[0].lower()
        if code in LANGUAGES:
            return code
    return None


def media_type_of(accept: str) -> str | None:
    """The best of ``Accept`` of what there is, None where nothing is."""
    best: tuple[float, str | None] = (0.0, None)
    for item in accept.split(",")[:TYPES_MAX]:
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        found = name if name in MEDIA_TYPES else RANGES.get(name)
        weight = 1.0
        for parameter in parameters:
            key, _, number = parameter.partition("=")
            if key.strip() == "q":
                weight = _weight(number)
        if found is not None and weight > best[0]:
            best = (weight, found)
    return best[1]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def span_of(query: SpanParameters, *, is_required: bool) -> Span:
    """Of a query a span is required, of one entity it may be all of time."""
    relation = query.timerel
    if relation is None:
        if is_required:
            raise invalid("timerel", "ngsi_ld_time")
        for name, value in (("timeAt", query.time_at), ("endTimeAt", query.end_time_at)):
            if value is not None:
                raise invalid("timerel", "ngsi_ld_needed", other=name)
        return Span(start=None, end=None, last=query.last_n)
    first = _instant("timeAt", query.time_at)
    if relation != "between":
        if query.end_time_at is not None:
            raise invalid("endTimeAt", "ngsi_ld_end")
        start, end = (first, None) if relation == "after" else (None, first)
        return Span(start=start, end=end, last=query.last_n)
    end = _instant("endTimeAt", query.end_time_at)
    if end <= first:
        raise invalid("endTimeAt", "ngsi_ld_end_first")
    return Span(start=first, end=end, last=query.last_n)


def _instant(parameter: str, text: str | None) -> datetime:
    if text is None:
        raise invalid(parameter, "ngsi_ld_needed", other="timerel")
    found = instant_of(text)
    if found is None:
        raise invalid(parameter, "not_a_time")
    return found
