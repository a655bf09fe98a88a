"""What can be wrong with a request, as errors that know no HTTP; :mod:`hub_api.serving.problems` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from citycore.errors import FalajError, InvalidParameter, Kind, NotFound
from citycore.language import Language
from citycore.normalisation import normalise_text
from hub_api.serving.texts import TEXTS

#: How alike a name must be to be suggested, 0 to 1.
LIKENESS_MIN = 0.5
NAME_SHOWN_CHARACTERS_MAX = 63


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong parameter. ``code`` is stable and names the text that ``fields`` fill."""

    parameter: str
    code: str
    fields: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        fields = {
            name: choices(value, language) if isinstance(value, tuple) else value
            for name, value in self.fields.items()
        }
        return TEXTS.text(f"fault.{self.code}", language, **fields)


def choices(names: Sequence[object], language: Language) -> str:
    """Several of which one is to be chosen, as a language lists them."""
    quoted = [f"'{name}'" for name in names]
    between = TEXTS.text("choices.between", language)
    return TEXTS.text("choices.last", language).join(filter(None, (between.join(quoted[:-1]), *quoted[-1:])))


class InvalidParameters(InvalidParameter):
    """One or more parameters are wrong."""

    slug = "invalid_parameter"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(parameter=faults[0].parameter, reason=faults[0].text("en"))

    def text(self, language: Language) -> str:
        return " ".join(
            InvalidParameter(parameter=fault.parameter, reason=fault.text(language)).text(language)
            for fault in self.faults
        )


class ContradictoryParameters(InvalidParameters):
    """Each parameter is right by itself, as far as its own description goes, but not beside the others."""

    slug = "contradictory_parameters"
    kind = Kind.CONFLICT


#: Faults of what stands beside one another: no description of a single value can rule them out.
CONTRADICTIONS = frozenset(
    {
        "area_swapped",
        "bad_cursor",
        "bad_position",
        "bbox_order",
        "counted_in_json",
        "csv_only",
        "first_not_before_last",
        "json_only",
        "lines_only",
        "needed_with",
        "no_hours",
        "no_selection",
        "not_with",
        "not_with_extension",
        "not_with_window",
        "raw_only",
        "start_not_before_end",
        "which_schedule",
    }
)


def as_contradiction(error: FalajError) -> FalajError:
    """The same error, or, if all that is wrong is how parameters stand together, one that says so."""
    if isinstance(error, InvalidParameters) and all(fault.code in CONTRADICTIONS for fault in error.faults):
        return ContradictoryParameters(error.faults)
    return error


def invalid(parameter: str, code: str, **fields: object) -> InvalidParameters:
    """The error for one wrong parameter."""
    return InvalidParameters([Fault(parameter, code, fields)])


class UnknownName(NotFound):
    """Nothing has this name; ``suggestion`` is the nearest name that exists, or None.

    ``spoken`` are the names by what people call them, in either language.
    """

    slug = "not_found"

    def __init__(
        self,
        parameter: str,
        name: object,
        known: Iterable[str] = (),
        spoken: Mapping[str, str] | None = None,
    ) -> None:
        self.parameter = parameter
        self.name = str(name)[:NAME_SHOWN_CHARACTERS_MAX]
        self.suggestion = nearest_called(self.name, spoken or {}) or nearest(self.name, known)
        super().__init__(what=TEXTS.text(f"noun.{parameter}", "en"), name=self.name)

    def text(self, language: Language) -> str:
        noun = TEXTS.text(f"noun.{self.parameter}", language)
        line = NotFound(what=noun, name=self.name).text(language)
        if self.suggestion is None:
            return line
        return f"{line} {TEXTS.text('suggestion', language, name=self.suggestion)}"


class PassesSoon(FalajError):
    """It can be tried again after ``after_seconds``, or without these when what is away is asked for again."""

    kind = Kind.TOO_MANY

    def __init__(self, after_seconds: int | None = None, **details: object) -> None:
        self.after_seconds = after_seconds
        super().__init__(**details)


class RangeNotSatisfiable(FalajError):
    """The range begins behind the end of the file, which has ``byte_count`` bytes."""

    slug = "range_not_satisfiable"
    kind = Kind.RANGE

    def __init__(self, byte_count: int) -> None:
        self.byte_count = byte_count
        super().__init__(byte_count=byte_count)


class PreconditionFailed(FalajError):
    """``If-Match`` or ``If-Unmodified-Since`` asks for another version than the present one, ``etag``."""

    slug = "precondition_failed"
    kind = Kind.PRECONDITION_FAILED

    def __init__(self, etag: str) -> None:
        self.etag = etag
        super().__init__()


class QueryTooLong(FalajError):
    slug = "query_too_long"
    kind = Kind.UNAVAILABLE


class QueryTooDear(FalajError):
    """An export of more rows than one request may cost.

    ``hint`` changes parameters so that it fits; ``bulk_url`` lists the bulk files that hold the answer.
    """

    slug = "query_too_dear"
    kind = Kind.TOO_LARGE

    def __init__(
        self,
        *,
        reason: str,
        estimated: int,
        maximum: int,
        hint: Mapping[str, str | None] | None = None,
        bulk_url: str | None = None,
    ) -> None:
        self.reason = reason
        self.estimated = estimated
        self.maximum = maximum
        self.hint = hint
        self.bulk_url = bulk_url
        super().__init__(estimated=estimated, maximum=maximum)

    def text(self, language: Language) -> str:
        fields = {"estimated": f"{self.estimated:,}", "maximum": f"{self.maximum:,}"}
        return TEXTS.text(f"too_dear.{self.reason}", language, **fields)


class TooManyRequests(FalajError):
    slug = "too_many_requests"
    kind = Kind.UNAVAILABLE


class TooManyQuestions(PassesSoon):
    """This reader has as many slow questions on their way as one may have; ``reset_seconds`` until the first must end."""

    slug = "too_many_questions"

    def __init__(self, maximum: int, reset_seconds: int) -> None:
        super().__init__(reset_seconds, maximum=maximum, reset_seconds=reset_seconds)


class ExportsBusy(FalajError):
    """All connections for exports are lent, though the database is well."""

    slug = "exports_busy"
    kind = Kind.UNAVAILABLE


class CredentialUnknown(FalajError):
    """Whoever sends data is not known as the source that they name."""

    slug = "credential_unknown"
    kind = Kind.NOT_SIGNED_IN


class MessageTooLarge(FalajError):
    slug = "message_too_large"
    kind = Kind.TOO_LARGE


class MessageRefused(FalajError):
    """None of a message's values was stored; ``refused`` has the reason and the detail of each.

    A conflict: which messages are right says the source, as it is registered now, and no description of this hub.
    """

    slug = "message_refused"
    kind = Kind.CONFLICT

    def __init__(self, refused: Sequence[Mapping[str, str]]) -> None:
        self.refused = tuple(refused)
        super().__init__()


class UnknownHost(FalajError):
    """The request names a host that is none of this hub's."""

    slug = "unknown_host"
    kind = Kind.MISDIRECTED


class PortInUse(FalajError):
    slug = "port_in_use"
    kind = Kind.CONFLICT


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar of the known names, or None if none is like it."""
    matches = get_close_matches(name.lower(), list(known), n=1, cutoff=LIKENESS_MIN)
    return matches[0] if matches else None


def nearest_called(name: str, spoken: Mapping[str, str]) -> str | None:
    """The name of what is called so by people, in any spelling; of what is called nearly so where it is no code."""
    heard = {normalise_text(called): code for called, code in spoken.items()}
    said = normalise_text(name)
    if said in heard:
        return heard[said]
    likely = None if name.isascii() else nearest(said, heard)
    return None if likely is None else heard[likely]
