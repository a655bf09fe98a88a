"""What one answer may have: entities and bytes as they are written, whether or not they are the same ones again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Piece

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Written:
    """Entities as JSON; ``sizes`` are how many entities each has, itself included, None where each is alone."""

    texts: list[bytes]
    sizes: Sequence[int] | None = None

    def size(self, place: int) -> int:
        return 1 if self.sizes is None else self.sizes[place]


class Budget:
    """Of one request. What is expanded stands in what it is expanded in, so each level of ``$expand`` is compared for itself: no
    outer level has less than the levels in it.
    """

    def __init__(self, settings: SensorThingsSettings) -> None:
        self._entities_max = settings.entities_max
        self._mib_max = settings.answer_mib_max

    def check_entities(self, count: int) -> None:
        """``RequestInvalid`` where one level has more."""
        if count > self._entities_max:
            raise RequestInvalid("$expand", "too_many_entities", maximum=self._entities_max)

    def check_bytes(self, count: int) -> None:
        """``RequestInvalid`` where the texts of one level are longer."""
        if count > self._mib_max * MIB:
            raise RequestInvalid("$expand", "too_many_bytes", maximum=self._mib_max)


def bytes_of(pieces: Sequence[Piece], count: int) -> int:
    """How long so many entities become, before they are made: at most two bytes less each."""
    shared = sum(len(piece) for piece, _ in pieces) * count
    return shared + sum(sum(map(len, column)) for _, column in pieces if column is not None)
