"""What a page shows, as codes in its address, and what of an address is not known.

The codes are the same in both languages, so a link keeps its meaning whoever opens it.
(Streamlit's own binding of widgets stores the *translated label*.) Top navigation drops the
address's parameters; the session remembers them. ``embed`` is Streamlit's own parameter, which it keeps to itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from citycore.language import DEFAULT_LANGUAGE, LANGUAGES, Language
from citycore.topics import CODE
from dashboards.period import COMPARISONS, DAYS, DAYS_DEFAULT, Dates, dates_of
from dashboards.settings import dashboard_settings

__all__ = [
    "ANY",
    "DAYS",
    "DAYS_DEFAULT",
    "HEALTH",
    "State",
    "changed",
    "current",
    "read",
    "remember",
    "write",
]

#: Under which the session remembers the state, and what of the address was not known.
REMEMBERED, REFUSED = "falaj_state", "falaj_refused"
#: Stands for the whole city and for "choose for me".
ANY = ""
#: How a sensor may be, as the API's ``presence`` says it.
HEALTH = ("healthy", "late", "silent", "suspect")
SETTINGS = dashboard_settings()

#: The parameters of all pages, in the order of an address.
PARAMETERS = (
    "lang",
    "place",
    "property",
    "thing",
    "days",
    "from",
    "to",
    "compare",
    "places",
    "health",
    "wall",
    "only",
)
#: Further parameters of one page, each with the codes it may have; empty for any code, or a pattern for what is none.
Own = Mapping[str, Collection[str] | re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class State:
    """What was chosen. ``places`` and ``compare`` are codes; ``own`` has the parameters of one page alone, in order.

    ``dates`` are own dates, which count before ``days``. Whether a code of a place, a property or a thing is known is
    asked later, with :func:`checked`.
    """

    language: Language = DEFAULT_LANGUAGE
    place: str = ANY
    observed_property: str = ANY
    thing: str = ANY
    days: int = DAYS_DEFAULT
    dates: Dates | None = None
    compare: str = ANY
    places: tuple[str, ...] = ()
    health: str = ANY
    wall: bool = False
    #: The one figure of a page that stands in another page.
    only: str = ANY
    own: tuple[tuple[str, str], ...] = ()

    def chosen(self, name: str) -> str:
        """A parameter of the page's own; empty where nothing was chosen."""
        return dict(self.own).get(name, ANY)


@dataclass(frozen=True, slots=True)
class Refused:
    """A parameter with a value that nobody here knows, or that is no parameter."""

    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address says: as a state, and what of it could not be understood."""

    state: State
    refused: tuple[Refused, ...] = field(default=())


def read(parameters: Mapping[str, str], base: State, own: Own | None = None) -> Asked:
    """The state an address asks for; what it does not say, or says wrongly, is as in ``base``."""
    refused: list[Refused] = []
    state = replace(base, own=tuple((name, code) for name, code in base.own if name in (own or {})))
    for name in PARAMETERS:
        if name in parameters and name not in {"from", "to"}:
            found = _with(state, name, parameters[name])
            state = state if found is None else found
            refused += [Refused(name, parameters[name])] if found is None else []
    dated = _dated(parameters, state)
    if isinstance(dated, Refused):
        refused.append(dated)
    elif dated is not None:
        state = dated
    for name in parameters.keys() - set(PARAMETERS):
        if name not in (own or {}) or not _fits(parameters[name], (own or {})[name]):
            refused.append(Refused(name, parameters[name]))
        else:
            state = _own(state, name, parameters[name])
    return Asked(state, tuple(refused))


def _with(state: State, name: str, value: str) -> State | None:
    """The state with one parameter of the address, None if its form is wrong. An empty value chooses nothing."""
    chosen = _chosen(name, value)
    return None if chosen is None else replace(state, **chosen)


def _chosen(name: str, value: str) -> dict[str, Any] | None:
    """What a parameter says of the fields of a state."""
    codes = tuple(dict.fromkeys(filter(None, value.split(","))))
    fits: dict[str, tuple[bool, dict[str, Any]]] = {
        "lang": (value in LANGUAGES, {"language": value}),
        "days": (value in map(str, DAYS), {"days": value, "dates": None}),
        "places": (len(codes) <= SETTINGS.places_max and all(map(_is_code, codes)), {"places": codes}),
        "health": (value in {*HEALTH, ANY}, {"health": value}),
        "wall": (value in {"0", "1", ""}, {"wall": value == "1"}),
    }
    is_right, chosen = fits.get(name, (not value or _is_code(value), {FIELDS.get(name, name): value}))
    if not is_right:
        return None
    return chosen | {"days": int(value)} if name == "days" else chosen


#: Fields that are called otherwise than their parameter.
FIELDS = {"property": "observed_property"}


def _dated(parameters: Mapping[str, str], state: State) -> State | Refused | None:
    """The state with the address's own dates; None if it names none. One date alone is one day."""
    first, last = (parameters.get(name) for name in ("from", "to"))
    if first is None and last is None:
        return None
    dates = dates_of(first or last or "", last or first or "")
    if dates is None:
        return Refused("from", f"{first or ''} – {last or ''}")
    return replace(state, dates=dates)


def write(state: State) -> dict[str, str]:
    """The parameters of a state's address: the language always, the rest where it was chosen."""
    dates = state.dates
    chosen = {
        "lang": state.language,
        "place": state.place,
        "property": state.observed_property,
        "thing": state.thing,
        "days": "" if dates or state.days == DAYS_DEFAULT else str(state.days),
        "from": dates.first.isoformat() if dates else "",
        "to": dates.last.isoformat() if dates else "",
        "compare": state.compare,
        "places": ",".join(state.places),
        "health": state.health,
        "wall": "1" if state.wall else "",
        "only": state.only,
    }
    return {key: value for key, value in (chosen | dict(state.own)).items() if value}


def checked(
    state: State, places: Collection[str], properties: Collection[str], things: Collection[str]
) -> Asked:
    """The state without codes that the hub does not know, and what they were."""
    refused: list[Refused] = []

    def known(parameter: str, code: str, codes: Collection[str]) -> str:
        if code and code not in codes:
            refused.append(Refused(parameter, code))
            return ANY
        return code

    kept = replace(
        state,
        place=known("place", state.place, places),
        observed_property=known("property", state.observed_property, properties),
        thing=known("thing", state.thing, things),
        compare=known("compare", state.compare, {*COMPARISONS, *places}),
        places=tuple(filter(None, [known("places", code, places) for code in state.places])),
    )
    return Asked(kept, tuple(refused))


def preferred_language(locale: str | None) -> Language:
    """The language of a browser that has not chosen one here."""
    return "ar" if (locale or "").lower().startswith("ar") else DEFAULT_LANGUAGE


def current(
    parameters: MutableMapping[str, str],
    session: MutableMapping[Any, Any],
    locale: str | None,
    own: Own | None = None,
) -> State:
    """The state of this run: the address over the session over the defaults; both are brought in line."""
    base = session.get(REMEMBERED) or State(language=preferred_language(locale))
    # Streamlit looks at each question about its parameters anew, and a run asks many.
    asked = read(dict(parameters), base, own)
    refuse(asked.refused, session)
    remember(asked.state, parameters, session)
    return asked.state


def refuse(refused: Collection[Refused], session: MutableMapping[Any, Any]) -> None:
    """Keep what was not known until the next choice: the address has it no more, and a page runs often."""
    if refused:
        session[REFUSED] = tuple(dict.fromkeys((*session.get(REFUSED, ()), *refused)))


def remember(state: State, parameters: MutableMapping[str, str], session: MutableMapping[Any, Any]) -> None:
    """Write a state to the session and to the address, which says nothing else then."""
    session[REMEMBERED] = state
    wanted, given = write(state), dict(parameters)
    for key in given.keys() - wanted.keys():
        del parameters[key]
    for key, value in wanted.items():
        if given.get(key) != value:
            parameters[key] = value


def changed(state: State, name: str, value: Any) -> State:
    """The state with one field changed, or a parameter of the page's own.

    A new property or place no longer means the old thing, and days no longer the old dates.
    """
    if name == "days":
        return replace(state, days=int(value), dates=None)
    if name == "place":
        return replace(state, place=value, thing=ANY)
    if name == "observed_property":
        return replace(state, observed_property=value, thing=ANY)
    return replace(state, **{name: value}) if name in set(_fields()) else _own(state, name, value)


def _own(state: State, name: str, value: str) -> State:
    kept = {**dict(state.own), name: value}
    return replace(state, own=tuple(sorted((key, code) for key, code in kept.items() if code)))


def _fields() -> Iterator[str]:
    yield from State.__dataclass_fields__


def _fits(value: str, codes: Collection[str] | re.Pattern[str]) -> bool:
    if isinstance(codes, re.Pattern):
        return codes.fullmatch(value) is not None
    return _is_code(value) and (not codes or value in codes)


def _is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None
