"""What can be wrong with a request to OGC API, as errors that know no HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from citycore.errors import FalajError, Kind, NotFound
from citycore.language import Language, catalogue
from hub_api.serving.errors import Fault, InvalidParameters

PACKAGE = "hub_api.standards.ogc"
SHOWN_CHARACTERS_MAX = 80
#: Fields of texts that hold what somebody sent.
SENT = frozenset({"name", "found", "operator"})


@dataclass(frozen=True, slots=True)
class OgcFault(Fault):
    """A wrong parameter whose text stands in this room."""

    def text(self, language: Language) -> str:
        """What is wrong and what to do."""
        return catalogue(PACKAGE).text(f"fault.{self.code}", language, **self.fields)


def refused(parameter: str, code: str, **fields: object) -> InvalidParameters:
    """The error for one wrong parameter; what was sent is shown shortened."""
    shown = {name: shorten(str(value)) if name in SENT else value for name, value in fields.items()}
    return InvalidParameters([OgcFault(parameter, code, shown)])


def shorten(text: str) -> str:
    """At most so many characters of what somebody sent."""
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"


class NoSuchCollection(NotFound):
    """``/ogc/collections`` lists no collection of this name."""

    slug = "no_such_collection"
    package = PACKAGE


class NoSuchFeature(NotFound):
    """The collection has no feature (or location) with this id."""

    slug = "no_such_feature"
    package = PACKAGE


class NothingNear(NotFound):
    """Nothing that observes stands close enough to a position."""

    slug = "nothing_near"
    package = PACKAGE


class CoordinatesSwapped(NotFound):
    """Nothing stands at a position, but something would if latitude and longitude changed places."""

    slug = "coordinates_swapped"
    package = PACKAGE


class TooManyValues(FalajError):
    """An answer of environmental data would hold more values than one may."""

    slug = "too_many_values"
    kind = Kind.TOO_LARGE
    package = PACKAGE
