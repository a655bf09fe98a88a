"""What observations are of that do not say it: where their thing is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.model import Stream, Writer
from hub_api.standards.sensorthings.writing.rights import check_observations
from hub_api.standards.sensorthings.writing.telling import tell

#: Later than any observation.
_EVER: Final = 2**62


class Features:
    """Of one request."""

    def __init__(self, connection: Connection, streams: Iterable[Stream]) -> None:
        """``streams``: those that will be asked about."""
        self._connection = connection
        self._anew: dict[int, int] = {}
        things = sorted({stream.thing_id for stream in streams if stream.feature_id is None})
        self._placed = (
            {thing for (thing,) in repository.rows(connection, "placed", things=things)} if things else set()
        )

    def default(self, stream: Stream, where: str) -> int | None:
        """None for where its thing is, as its history tells; :class:`EntityInvalid` where it is nowhere."""
        if stream.feature_id is None:
            if stream.thing_id not in self._placed:
                raise EntityInvalid(where.removesuffix("result").removesuffix("."), "no_feature")
            return None
        if not stream.is_hidden:
            return None
        if stream.feature_id not in self._anew:
            with self._connection.transaction():
                ((number, is_new),) = repository.rows(self._connection, "feature_anew", id=stream.feature_id)
                if is_new:
                    tell(self._connection, [("FeatureOfInterest", number)])
            self._anew[stream.feature_id] = number
        return self._anew[stream.feature_id]


@dataclass(frozen=True, slots=True)
class Observable:
    """Datastreams as rows of observations need them; those of ``nowhere`` have rows only that name their feature."""

    streams: dict[int, Stream]
    nowhere: dict[int, FalajError] = field(default_factory=dict)


def observable(
    connection: Connection, writer: Writer, streams: Mapping[int, Stream], silent: set[int]
) -> Observable:
    """``silent``: the datastreams of which rows do not say what they are of."""
    found = Observable(dict(streams))
    features = Features(connection, (streams[number] for number in silent & streams.keys()))
    for number in sorted(silent & streams.keys()):
        stream = streams[number]
        try:
            check_observations(writer, stream)
        except FalajError:
            continue  # said of each row
        try:
            feature = features.default(stream, "")
        except EntityInvalid as error:
            found.nowhere[number] = error
        else:
            if stream.is_hidden:
                found.streams[number] = replace(stream, feature_id=feature, since=_EVER)
    return found
