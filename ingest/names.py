"""Names and units as devices send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from citycore.units import Conversion, conversion
from citycore.vocabulary import normalise_name
from ingest.model import Datastream

#: A name as aliases of observed properties are written: ``PM2.5`` is ``pm2_5``.
alias_of = lru_cache(maxsize=4096)(normalise_name)


@dataclass(slots=True)
class Names:
    """What is known beside things: other names of properties, and the unit in which results came last.

    ``sent_units`` has those datastreams that a message stated another unit for; it grows with them.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    sent_units: dict[int, str] = field(default_factory=dict)

    def convert(self, unit: str, datastream: Datastream, name: str) -> Conversion | None:
        """From the unit of a message into that of the datastream, None if they measure different things."""
        substance = self.aliases.get(alias_of(name), name.partition("/")[0])
        return conversion(unit, datastream.unit, substance)
