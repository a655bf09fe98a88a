"""Messages made wrong in the ways that devices, links and strangers make them wrong: for decoders of text and of bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple


class Sample(NamedTuple):
    """A message of a format, as its decoder is handed it."""

    code: str
    topic: str
    payload: bytes
    codec: Mapping[str, Any] | None = None


#: Larger messages take longer for no other reason than that they are large.
BYTES_MAX = 40_000
#: What stands where something else was meant.
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1e308,
    -1e308,
    5e-324,
    10**30,
    -(10**400),
    2**63,
    "",
    "x",
    "\0",
    "😀" * 40,
    "é" * 2_000,
    "1e400",
    "nan",
    "-",
    "2026-02-30T25:61:61Z",
    "2016-12-31T23:59:60Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "𝟙𝟚",
    "1_000",
    [],
    {},
    [[]],
    [None],
    {"": None},
    [{}],
    {"value": {}},
    [1, "a", None, [], {}],
    {"coordinates": []},
    {"type": "Point", "coordinates": ["a", None]},
    {"type": "Point", "coordinates": [1e300, -1e300]},
    {"@value": []},
)
TOKENS = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"1" * 5_000,
    b"null",
    b"{}",
    b"[]",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"\xff\xfe",
    b"\0",
    b":",
    b",",
    b"{",
    b"}",
    b"[" * 3_000,
    b'{"a":' * 300,
    b'"a":1,"a":1,',
    b"\xef\xbb\xbf",
    b"00",
    b"'",
    b"\r\n",
    b"\t;",
    b"{{ value }}",
)


def mutate(sample: Sample, random: Random) -> Sample:
    """The message with one to three things wrong."""
    payload, topic, codec = sample.payload, sample.topic, sample.codec
    for _ in range(random.randint(1, 3)):
        changed = random.choice(_WAYS)(payload, random)
        payload = changed if len(changed) <= BYTES_MAX else payload
    if random.random() < 0.1:
        topic = _mutate_topic(topic, random)
    if codec is not None and random.random() < 0.1:
        codec = random.choice(
            (None, {}, {"columns": 1}, {"columns": ["a", "a"]}, {"delimiter": "\n", "time": "x"})
        )
    return sample._replace(payload=payload, topic=topic, codec=codec)


def mutants(samples: list[Sample], count: int, seed: int) -> Iterator[Sample]:
    """As many wrong messages as wanted, the same for the same seed."""
    random = Random(seed)
    for _ in range(count):
        yield mutate(random.choice(samples), random)


def _flip_bits(payload: bytes, random: Random) -> bytes:
    if not payload:
        return payload
    changed = bytearray(payload)
    for _ in range(random.randint(1, 8)):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut_off(payload: bytes, random: Random) -> bytes:
    return payload[: random.randint(0, len(payload))]


def _cut_out(payload: bytes, random: Random) -> bytes:
    start, length = random.randint(0, len(payload)), random.randint(1, 40)
    return payload[:start] + payload[start + length :]


def _repeat(payload: bytes, random: Random) -> bytes:
    start = random.randint(0, len(payload))
    part = payload[start : start + random.randint(1, 60)]
    return payload[:start] + part * random.randint(1, 5) + payload[start:]


def _insert_token(payload: bytes, random: Random) -> bytes:
    start = random.randint(0, len(payload))
    return payload[:start] + random.choice(TOKENS) + payload[start + random.randint(0, 3) :]


def _swap_in_document(payload: bytes, random: Random) -> bytes:
    """A value of a document is replaced, taken away, doubled or wrapped: the JSON stays JSON."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError):
        return _insert_token(payload, random)
    places = list(_places(document))
    if not places:
        return json.dumps(random.choice(HOSTILE)).encode()
    holder, key = random.choice(places)
    way = random.randrange(6)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[random.choice(("", "value", "type", "id", "ts", "Time", "x" * 300, "a/b", "location"))] = (
            holder.pop(key)
        )
    elif way == 2:
        holder[key] = [holder[key]] * random.randint(1, 4)
    elif way == 3:
        holder[key] = {str(key): holder[key]}
    elif way == 4 and isinstance(holder[key], (int, float)):
        holder[key] = str(holder[key])
    else:
        holder[key] = random.choice(HOSTILE)
    return json.dumps(document).encode()


def _nest(payload: bytes, random: Random) -> bytes:
    depth = random.choice((1, 5, 31, 32, 33, 200, 2_000))
    return (
        (b"[" * depth + payload + b"]" * depth)
        if random.random() < 0.5
        else (b'{"a":' * depth + payload + b"}" * depth)
    )


def _multiply(payload: bytes, random: Random) -> bytes:
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError):
        return payload * random.choice((2, 20))
    return json.dumps([document] * random.choice((2, 50, 1_001))).encode()


_WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip_bits,
    _cut_off,
    _cut_out,
    _repeat,
    _insert_token,
    _insert_token,
    _swap_in_document,
    _swap_in_document,
    _swap_in_document,
    _swap_in_document,
    _nest,
    _multiply,
)


def _places(value: Any, depth: int = 40) -> Iterator[tuple[Any, Any]]:
    if not depth or not isinstance(value, (dict, list)):
        return
    for key, member in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        yield from _places(member, depth - 1)


def _mutate_topic(topic: str, random: Random) -> str:
    parts = topic.split("/")
    way = random.randrange(5)
    if way == 0:
        return ""
    if way == 1:
        return "/".join(parts[: random.randint(0, len(parts))])
    if way == 2:
        return "/".join([*parts, random.choice(("", "set", "0", "rpc", "status", "x" * 400))])
    if way == 3:
        parts[random.randrange(len(parts))] = random.choice(
            ("", "shellies", "event", "tele", "bridge", "é", "Datastreams(1)")
        )
        return "/".join(parts)
    random.shuffle(parts)
    return "/".join(parts)
