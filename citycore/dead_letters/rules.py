"""Decisions about dead letters that need neither database nor broker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from citycore.language import Language, translate
from citycore.topics import PREFIX, UNREADABLE_TOPIC, matches

REPLACEMENT = "\ufffd"
#: What MQTT adds to topic and payload: header, lengths, packet id, no properties.
PACKET_OVERHEAD_BYTES = 16


class Limits(NamedTuple):
    """What ingest takes as a payload, and what the broker takes as a packet."""

    message_bytes_max: int
    packet_bytes_max: int


def hindrance(topic: str, payload_bytes: int, limits: Limits, own_filters: Sequence[str] = ()) -> str | None:
    """Why sending this would not reach ingest whole (a key of ``[hindrance]``), or None. ``own_filters`` are those that sources
    have outside of their namespaces.
    """
    if any(character in topic for character in "+#\0") or topic == UNREADABLE_TOPIC:
        return "topic"
    if REPLACEMENT in topic:  # stored in place of a character that no topic may have
        return "topic"
    if not topic.startswith(f"{PREFIX}/") and not any(matches(wanted, topic) for wanted in own_filters):
        return "topic"
    packet_bytes = payload_bytes + len(topic.encode()) + PACKET_OVERHEAD_BYTES
    is_too_large = payload_bytes > limits.message_bytes_max or packet_bytes > limits.packet_bytes_max
    return "too_large" if is_too_large else None


def payload_text(payload: bytes) -> str | None:
    """The payload as text, or None where it is not text that a terminal should see."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(character.isprintable() or character in "\n\r\t" for character in text) else None


def payload_hex(payload: bytes, bytes_max: int) -> str:
    """The first bytes as hexadecimal digits, sixteen bytes a line."""
    lines = [payload[n : n + 16] for n in range(0, min(len(payload), bytes_max), 16)]
    return "\n".join(line[: bytes_max - n * 16].hex(" ") for n, line in enumerate(lines))


def reason_text(reason: str, language: Language) -> str:
    """The reason in words; the code itself if it is not one of ours."""
    try:
        return translate(f"dead_letter.{reason}", language)
    except KeyError:
        return reason


def pause_seconds(done: int, elapsed_seconds: float, per_second_max: float) -> float:
    """How long to wait so that ``done`` in so much time is no more than the rate allows."""
    return max(0.0, done / per_second_max - elapsed_seconds)
