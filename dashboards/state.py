"""What a page shows, as codes in its address: ``lang``, ``place``, ``property``, ``thing``, ``days``.

The codes are the same in both languages, so a link keeps its meaning whoever opens it.
(Streamlit's own binding of widgets stores the *translated label*.) Top navigation drops the
address's parameters; the session remembers them.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from citycore.language import DEFAULT_LANGUAGE, LANGUAGES, Language

#: The key under which the session remembers the state.
REMEMBERED = "falaj_state"
DAYS: tuple[int, ...] = (3, 7, 14, 28)
DAYS_DEFAULT = 7
#: Stands for the whole city and for "choose for me".
ANY = ""


@dataclass(frozen=True, slots=True)
class State:
    """What was chosen. Codes are only checked for form: a page ignores those it does not know."""

    language: Language = DEFAULT_LANGUAGE
    place: str = ANY
    observed_property: str = ANY
    thing: str = ANY
    days: int = DAYS_DEFAULT


def read(parameters: Mapping[str, str], base: State) -> State:
    """The state an address asks for; what it does not say, or says wrongly, is as in ``base``."""
    language = parameters.get("lang", base.language)
    days = parameters.get("days", "")
    return State(
        language=language if language in LANGUAGES else base.language,
        place=_code(parameters.get("place"), base.place),
        observed_property=_code(parameters.get("property"), base.observed_property),
        thing=_code(parameters.get("thing"), base.thing),
        days=int(days) if days in map(str, DAYS) else base.days,
    )


def write(state: State) -> dict[str, str]:
    """The parameters of a state's address: the language always, the rest where it was chosen."""
    chosen = {"lang": state.language, "place": state.place, "property": state.observed_property}
    chosen |= {"thing": state.thing, "days": "" if state.days == DAYS_DEFAULT else str(state.days)}
    return {key: value for key, value in chosen.items() if value}


def preferred_language(locale: str | None) -> Language:
    """The language of a browser that has not chosen one here."""
    return "ar" if (locale or "").lower().startswith("ar") else DEFAULT_LANGUAGE


def current(
    parameters: MutableMapping[str, str], session: MutableMapping[Any, Any], locale: str | None
) -> State:
    """The state of this run: the address over the session over the defaults; both are brought in line."""
    base = session.get(REMEMBERED) or State(language=preferred_language(locale))
    state = read(parameters, base)
    remember(state, parameters, session)
    return state


def remember(state: State, parameters: MutableMapping[str, str], session: MutableMapping[Any, Any]) -> None:
    """Write a state to the session and to the address."""
    session[REMEMBERED] = state
    wanted = write(state)
    for key in ("lang", "place", "property", "thing", "days"):
        if key in wanted and parameters.get(key) != wanted[key]:
            parameters[key] = wanted[key]
        elif key not in wanted and key in parameters:
            del parameters[key]


def changed(state: State, field: str, value: Any) -> State:
    """The state with one field changed; a new property no longer means the old thing."""
    if field == "days":
        return replace(state, days=int(value))
    if field == "observed_property":
        return replace(state, observed_property=value, thing=ANY)
    return replace(state, **{field: value})


def _code(asked: str | None, otherwise: str) -> str:
    from citycore.topics import CODE

    return asked if asked is not None and CODE.fullmatch(asked) else otherwise
