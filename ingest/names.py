"""Names and units as devices send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from citycore.gases import BY_MASS
from citycore.units import Conversion, conversion
from citycore.vocabulary import normalise_name
from citycore.wire import Message
from ingest.model import Datastream

#: A name as aliases of observed properties are written: ``PM2.5`` is ``pm2_5``.
alias_of = lru_cache(maxsize=4096)(normalise_name)
#: What yes and no may come as.
_ANSWERS = (str, int, float, bool)
_CONTACT = "contact"


@dataclass(slots=True)
class Names:
    """What is known beside things: other names of properties, and the unit in which results came last.

    ``sent_units`` has those datastreams that a message stated another unit for; it grows with them.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    sent_units: dict[int, str] = field(default_factory=dict)

    def meant(self, name: str) -> str:
        """The datastream that a name as sent means: ``PM2.5/sds`` is ``pm2_5/sds``."""
        sent, slash, sensor = name.partition("/")
        plain = alias_of(sent)
        return f"{self.aliases.get(plain, plain)}{slash}{sensor}"


def convert(unit: str, datastream: Datastream, key: str) -> Conversion | None:
    """From the unit of a message into that of the datastream, None if they measure different things.

    ``key`` is that of the datastream: its property, or ``PROPERTY/SENSOR``.
    """
    return conversion(unit, datastream.unit, key.partition("/")[0])


def mismatch(name: str, unit: str, datastream: Datastream, key: str) -> str:
    """What to do about a unit that does not become that of the datastream."""
    said = f"{name}: {unit}, expected {datastream.unit}"
    other = BY_MASS.get(key.partition("/")[0])
    return said if other is None else f"{said}; parts of a mixture have no mass: map it to {other}"


def worded(datastream: Datastream, name: str, result: Any) -> Any:
    """The word of the property for yes or no. Of a ``contact`` devices disagree what yes is; a door leaves no doubt."""
    words = datastream.words
    if words is None or type(result) not in _ANSWERS or name.startswith(_CONTACT):
        return result
    return words.get(result, result)


def results_of(instant: Message) -> dict[str, Any]:
    """By name, whether a message has several or one."""
    results = instant.results or {}
    if instant.observed_property is None:
        return results
    return {**results, instant.observed_property: instant.result}


def unit_of(instant: Message, name: str) -> str | None:
    """The unit that a message states for a result, if it does."""
    if instant.units is not None and name in instant.units:
        return instant.units[name]
    return instant.unit if name == instant.observed_property else None
