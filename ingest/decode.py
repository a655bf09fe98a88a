"""Bytes to messages of the native format, or the reason why not. Pure."""

from __future__ import annotations

import msgspec

from citycore.wire import Message

_decoder = msgspec.json.Decoder(Message | list[Message])


class Unreadable(Exception):
    """The payload is not a message; ``reason`` is a dead-letter reason, ``detail`` says where."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


def decode(payload: bytes, instants_max: int) -> list[Message]:
    """The messages in a payload, at least one; :class:`Unreadable` otherwise."""
    try:
        decoded = _decoder.decode(payload)
    except msgspec.DecodeError as error:
        raise Unreadable("unreadable_payload", str(error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable("unreadable_payload", "the payload is not UTF-8") from error
    messages = decoded if isinstance(decoded, list) else [decoded]
    if not messages:
        raise Unreadable("unreadable_payload", "the array is empty")
    if len(messages) > instants_max:
        raise Unreadable("too_large", f"more than {instants_max} instants in one message")
    return messages
