"""Query options, from the text behind the question mark to one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final
from urllib.parse import unquote_plus

from hub_api.standards.sensorthings.errors import OptionUnsupported, RequestInvalid
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax.expressions import parse_filter, parse_order
from hub_api.standards.sensorthings.syntax.tokens import pieces
from hub_api.standards.sensorthings.syntax.tree import Expression, OrderKey

FORMATS: Final = {
    name.lower(): name for name in ("json", "dataArray", "GeoJSON", "CSV")
}  # the standard's spelling, and any other of the same letters
NAMES: Final = (
    "$filter",
    "$select",
    "$expand",
    "$orderby",
    "$top",
    "$skip",
    "$skiptoken",
    "$count",
    "$resultFormat",
)
#: What only the request itself may have, and none of its expansions.
OUTER_ONLY: Final = frozenset({"$resultFormat", "$skiptoken"})
#: Rows are counted with eight bytes.
NUMBER_DIGITS_MAX: Final = 15
#: System query options of OData that the standard does not have.
ODATA_ONLY: Final = frozenset(
    {"$apply", "$compute", "$deltatoken", "$format", "$index", "$levels", "$schemaversion", "$search"}
)
#: Of the hub, beside those of the standard.
OWN_NAMES: Final = frozenset({"lang"})


@dataclass(frozen=True, slots=True)
class Expand:
    """One entry of ``$expand``: a navigation property, and the options of what it puts there."""

    navigation: str
    options: Options


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a collection or an entity; ``None`` is what nobody has asked for."""

    filter: Expression | None = None
    select: tuple[tuple[str, ...], ...] | None = None
    expand: tuple[Expand, ...] = ()
    order: tuple[OrderKey, ...] = ()
    top: int | None = None
    skip: int | None = None
    after: str | None = None
    count: bool | None = None
    result_format: str | None = None
    #: As they were written, in their order, for links to the next page.
    written: tuple[tuple[str, str], ...] = field(default=(), compare=False)


def parse_query(query: str, settings: SensorThingsSettings) -> Options:
    """The options of a request; ``RequestInvalid`` at the first that is wrong."""
    if len(query) > settings.query_characters_max:
        raise RequestInvalid("?", "query_too_long", maximum=settings.query_characters_max)
    given: list[tuple[str, str]] = []
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        if name:
            given.append((_decoded(name), _decoded(value)))
    return _Reader(settings).options([(name, value) for name, value in given if name not in OWN_NAMES], 0)


def _decoded(text: str) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise RequestInvalid("?", "not_utf8", piece=text) from None


#: Options are known however their letters are written.
_CASED: Final = {name.lower(): name for name in NAMES}


class _Reader:
    """One request; it counts what its parts may not have more of together."""

    def __init__(self, settings: SensorThingsSettings) -> None:
        self._settings = settings
        self._expands = 0
        #: Of each option but ``$expand``, the field of :class:`Options` and how it is read.
        self._readers: Mapping[str, tuple[str, Callable[[str], Any]]] = {
            "$filter": ("filter", lambda value: parse_filter(value, settings)),
            "$select": ("select", _selected),
            "$orderby": ("order", lambda value: parse_order(value, settings)),
            "$top": ("top", partial(_whole, "$top")),
            "$skip": ("skip", self._skip),
            "$skiptoken": ("after", str),
            "$count": ("count", _truth),
            "$resultFormat": ("result_format", _format),
        }

    def options(self, given: list[tuple[str, str]], depth: int) -> Options:
        given = [(_CASED.get(name.lower(), name), value) for name, value in given]
        options = Options(written=tuple(given))
        seen: set[str] = set()
        for name, value in given:
            if name not in NAMES or (depth and name in OUTER_ONLY):
                raise _unknown(name)
            if name in seen and name != "$expand":
                raise RequestInvalid(name, "repeated")
            seen.add(name)
            options = self._with(options, name, value.strip(), depth)
        return options

    def _with(self, options: Options, name: str, value: str, depth: int) -> Options:
        if name == "$expand":
            return replace(options, expand=_merged(options.expand, self._expanded(value, depth + 1)))
        field_name, read = self._readers[name]
        return replace(options, **{field_name: read(value)})

    def _skip(self, value: str) -> int:
        skip = _whole("$skip", value)
        if skip > self._settings.skip_max:
            raise RequestInvalid("$skip", "skip_too_large", maximum=self._settings.skip_max)
        return skip

    def _expanded(self, value: str, depth: int) -> tuple[Expand, ...]:
        if depth > self._settings.expand_depth_max:
            raise RequestInvalid("$expand", "too_deep", maximum=self._settings.expand_depth_max)
        return tuple(self._one(piece, depth) for piece in pieces(value, ",", "$expand"))

    def _one(self, piece: str, depth: int) -> Expand:
        """``Datastreams/Observations($top=1)`` stands for ``Datastreams($expand=Observations($top=1))``."""
        self._expands += 1
        if self._expands > self._settings.expands_max:
            raise RequestInvalid("$expand", "too_many_expands", maximum=self._settings.expands_max)
        path, bracket, rest = piece.partition("(")
        navigation, slash, deeper = path.strip().partition("/")
        if slash:
            inner = deeper + bracket + rest
            if depth + 1 > self._settings.expand_depth_max:
                raise RequestInvalid("$expand", "too_deep", maximum=self._settings.expand_depth_max)
            return Expand(navigation, Options(expand=(self._one(inner, depth + 1),)))
        if not navigation:
            raise RequestInvalid("$expand", "empty")
        if not bracket:
            return Expand(navigation, Options())
        if not rest.endswith(")"):
            raise RequestInvalid("$expand", "unexpected", piece=rest.rpartition(")")[2], place=len(piece))
        given = []
        for option in pieces(rest[:-1], ";", "$expand"):
            name, equals, text = option.partition("=")
            if option and not equals:
                raise RequestInvalid("$expand", "no_value", piece=option)
            if option:
                given.append((name.strip(), text))
        return Expand(navigation, self.options(given, depth))


def _merged(some: tuple[Expand, ...], more: tuple[Expand, ...]) -> tuple[Expand, ...]:
    """What is named twice, as ``Datastreams/Sensor,Datastreams/Thing``, is expanded once, with both."""
    found: dict[str, Options] = {}
    for one in (*some, *more):
        known = found.get(one.navigation)
        if known is None:
            found[one.navigation] = one.options
            continue
        bare = Options(expand=())
        if replace(known, expand=()) != bare and replace(one.options, expand=()) != bare:
            raise RequestInvalid("$expand", "expanded_twice", piece=one.navigation)
        rest = known if replace(known, expand=()) != bare else one.options
        found[one.navigation] = replace(rest, expand=_merged(known.expand, one.options.expand))
    return tuple(Expand(name, options) for name, options in found.items())


def _selected(value: str) -> tuple[tuple[str, ...], ...]:
    names = tuple(tuple(piece.split("/")) for piece in pieces(value, ",", "$select"))
    if any(not all(name) for name in names):
        raise RequestInvalid("$select", "empty")
    return names


def _whole(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= NUMBER_DIGITS_MAX):
        raise RequestInvalid(name, "not_a_count", piece=value)
    return int(value)


def _format(value: str) -> str:
    known = FORMATS.get(value.lower())
    if known is None:
        raise RequestInvalid("$resultFormat", "not_one_of", piece=value, known=", ".join(FORMATS.values()))
    return known


def _truth(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise RequestInvalid("$count", "not_one_of", piece=value, known="true, false")
    return value.lower() == "true"


def _unknown(name: str) -> RequestInvalid:
    if name in ODATA_ONLY:
        return OptionUnsupported(name, "unsupported_option", known=", ".join(NAMES))
    meant = next((known for known in NAMES if known.lower() == f"${name.lstrip('$').lower()}"), None)
    if meant is not None and meant != name:
        return RequestInvalid(name, "misspelt_option", known=meant)
    return RequestInvalid(name, "unknown_option", known=", ".join(NAMES))
