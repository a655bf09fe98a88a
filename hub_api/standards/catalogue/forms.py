"""In which form the catalogue is wanted: a page, JSON-LD or Turtle, by ``f=`` or by ``Accept``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Form = Literal["html", "jsonld", "turtle"]
MEDIA_TYPES: Final[Mapping[Form, str]] = {
    "html": "text/html",
    "jsonld": "application/ld+json",
    "turtle": "text/turtle",
}
#: What may stand for a form in ``Accept``; JSON-LD is JSON.
ACCEPTED: Final[Mapping[str, Form]] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
}
RANGES_MAX: Final = 20


def accepted_form(accept: str) -> Form:
    """The form with the highest weight, the first of equals; JSON-LD for anything and for nothing that there is."""
    best: tuple[float, Form] = (0.0, "jsonld")
    for item in accept.split(",")[:RANGES_MAX]:
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        form, weight = ACCEPTED.get(name), _weight(parameters)
        if form is not None and weight > best[0]:
            best = (weight, form)
    return best[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
