"""Messages of other formats than the native one: decoded, and what their formats remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from citycore.clock import moment_at
from citycore.topics import Address
from ingest.decoders import find_decoder
from ingest.decoders.model import Arrival, Decoded, Limits, Reading, Unreadable
from ingest.model import Received, Route, Source, Thing
from ingest.settings import IngestSettings

log = structlog.get_logger()

KEY_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 500
Load = Callable[[int, str], Any]


@dataclass(slots=True)
class Others:
    """What a batch holds in other formats: by number of the message, and the things that they name."""

    decoded: dict[int, Decoded | Unreadable] = field(default_factory=dict)
    things: Mapping[Address, Thing | None] = field(default_factory=dict)
    memory: dict[tuple[int, str], Any] = field(default_factory=dict)


def address_of(route: Route, reading: Reading) -> Address:
    """Which thing a reading speaks for: by its own name, or by the first level of the topic."""
    name = route.topic.partition("/")[0] if reading.thing is None else reading.thing
    return Address(route.source.code, clean(name))


def clean(name: str) -> str:
    """A name as the database can take it."""
    return name.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")[:NAME_CHARACTERS_MAX]


class Formats:
    """Decodes the messages of one worker, and keeps what formats remember until the registry is read anew."""

    def __init__(self, settings: IngestSettings) -> None:
        self._limits = Limits(
            settings.instants_per_message_max, settings.results_per_message_max, settings.text_characters_max
        )
        self._limits_of_polls = self._limits._replace(instants_max=settings.poll_instants_max)
        self._settings = settings
        self._remembered: dict[tuple[int, str], Any] = {}
        self._failed: set[str] = set()

    def forget(self) -> None:
        """Read it anew: another worker may have written."""
        self._remembered.clear()

    def decode(
        self,
        received: Sequence[Received],
        targets: Mapping[str, Thing | Route | None],
        load: Load,
        without: AbstractSet[int] = frozenset(),
    ) -> Others:
        """Each message whose topic has a route, but those of the numbers ``without``."""
        others = Others()
        for number, message in enumerate(received):
            target = targets.get(message.topic)
            if type(target) is Route and number not in without:
                others.decoded[number] = self._decode(message, target, load, others)
        return others

    def _decode(self, message: Received, route: Route, load: Load, others: Others) -> Decoded | Unreadable:
        source = route.source
        decoder = find_decoder(source.decoder)
        if decoder is None:
            return Unreadable("unknown_decoder", source.decoder)
        memory = _Memory(self, source, load, others)
        try:
            # An answer of an address holds more than a message of a device.
            limits = self._limits_of_polls if source.codec and "poll" in source.codec else self._limits
            received = moment_at(message.received_microseconds)
            return decoder.decode(
                Arrival(route.topic, message.payload, memory, limits, source.codec, received)
            )
        except Unreadable as error:
            return error
        except Exception as error:
            if source.decoder not in self._failed:
                self._failed.add(source.decoder)
                log.exception("decoder_failed", decoder=source.decoder, source=source.code)
            return Unreadable("decoder_failed", f"{source.decoder}: {type(error).__name__}")

    def get(self, source_id: int, key: str, load: Load, others: Others) -> Any:
        place = (source_id, key)
        if place in others.memory:
            return others.memory[place]
        if place not in self._remembered:
            if len(self._remembered) >= self._settings.decoder_memory_keys_max:
                self._remembered.clear()
            self._remembered[place] = load(source_id, key)
        return self._remembered[place]

    def put(self, source_id: int, key: str, value: Any, others: Others) -> None:
        if len(key) > KEY_CHARACTERS_MAX or "\0" in key:
            raise Unreadable("too_large", "what the format would have to remember has too long a name")
        if len(msgspec.json.encode(value)) > self._settings.decoder_memory_bytes_max:
            raise Unreadable(
                "too_large",
                f"the format would have to remember more than {self._settings.decoder_memory_bytes_max} bytes",
            )
        others.memory[source_id, key] = value

    def keep(self, memory: Mapping[tuple[int, str], Any]) -> None:
        """What a batch that is stored remembered. One that is decoded again must not meet what it said itself."""
        if len(self._remembered) + len(memory) > self._settings.decoder_memory_keys_max:
            self._remembered.clear()
        self._remembered.update(memory)


class _Memory:
    """What the format of one source remembers, as its decoder sees it."""

    def __init__(self, formats: Formats, source: Source, load: Load, others: Others) -> None:
        self._formats = formats
        self._source_id = source.source_id
        self._load = load
        self._others = others

    def get(self, key: str) -> Any:
        return self._formats.get(self._source_id, key, self._load, self._others)

    def put(self, key: str, value: Any) -> None:
        self._formats.put(self._source_id, key, value, self._others)
