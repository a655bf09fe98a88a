"""A short connection over which Mosquitto's dynamic security is told what to do (``$CONTROL/dynamic-security/v1``)."""

from __future__ import annotations

import queue
import secrets
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from citycore.broker.connecting import administrator, sign_in, unavailable
from citycore.broker.errors import BrokerRefused, BrokerWithoutSecurity
from citycore.settings import BrokerSettings

_TOPIC = "$CONTROL/dynamic-security/v1"
_ANSWERS = f"{_TOPIC}/response"
#: Entries of one page of a list: an answer stays far below the largest packet.
_PAGE = 200

Command = Mapping[str, Any]
Answer = dict[str, Any]


class Control:
    """A context manager: :class:`BrokerUnavailable` if the broker does not let the administrator in.

    :class:`BrokerWithoutSecurity` where it has no dynamic security, or where this user may not use it.
    """

    def __init__(self, broker: BrokerSettings) -> None:
        admin = administrator(broker)
        if admin is None:
            raise BrokerWithoutSecurity(
                where=f"{broker.host}:{broker.port}", reason="FALAJ_BROKER_ADMIN_USERNAME is not set"
            )
        self._broker = admin
        self._heard: queue.SimpleQueue[ReasonCode | bytes] = queue.SimpleQueue()
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
        sign_in(client, admin)
        client.connect_timeout = admin.connect_timeout_seconds
        client.on_connect = lambda _c, _d, _f, reason, _p: self._heard.put(reason)
        client.on_subscribe = lambda _c, _d, _m, reasons, _p: self._heard.put(reasons[0])
        client.on_message = lambda _c, _d, message: self._heard.put(bytes(message.payload))
        client.on_publish = self._on_publish
        self._client = client

    def __enter__(self) -> Self:
        try:
            self._client.connect(self._broker.host, self._broker.port, self._broker.keepalive_seconds)
        except OSError as error:
            raise unavailable(self._broker, error.strerror or str(error)) from error
        self._client.loop_start()
        try:
            self._hear_welcome()
            self._client.subscribe(_ANSWERS, qos=1)
            self._hear_granted()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def ask(self, *commands: Command) -> list[Answer]:
        """An answer for each command, in their order; one that was not obeyed has an ``error``.

        The broker sends every answer to all who listen for answers, so each of ours bears a mark.
        """
        mark = secrets.token_hex(8)
        marked = [{**command, "correlationData": mark} for command in commands]
        self._client.publish(_TOPIC, msgspec.json.encode({"commands": marked}), qos=1)
        answers: list[Answer] = []
        while len(answers) < len(commands):
            answers += [each for each in self._hear_answers() if each.get("correlationData") == mark]
        return answers

    def order(self, *commands: Command, passing: Sequence[str] = ()) -> None:
        """:class:`BrokerRefused` unless each was obeyed, or failed with one of the words of ``passing``."""
        for command, answer in zip(commands, self.ask(*commands), strict=True):
            if (reason := answer.get("error")) is not None and reason not in passing:
                raise BrokerRefused(command=command["command"], reason=reason)

    def pages(self, command: str, entries: str) -> Iterator[Answer]:
        """All entries of a list, by pages."""
        offset = 0
        while True:
            (answer,) = self.ask({"command": command, "verbose": True, "count": _PAGE, "offset": offset})
            if "error" in answer:
                raise BrokerRefused(command=command, reason=answer["error"])
            page = answer["data"][entries]
            yield from page
            offset += len(page)
            if not page or offset >= answer["data"]["totalCount"]:
                return

    def _hear_welcome(self) -> None:
        reason = self._hear()
        if isinstance(reason, ReasonCode) and reason.is_failure:
            raise unavailable(self._broker, str(reason))

    def _hear_granted(self) -> None:
        reason = self._hear()
        if not isinstance(reason, ReasonCode) or reason.is_failure:
            raise self._without("the user may not change it")

    def _hear_answers(self) -> list[Answer]:
        heard = self._hear(self._broker.admin_answer_seconds_max)
        if isinstance(heard, ReasonCode):
            raise self._without(str(heard))
        document: dict[str, list[Answer]] = msgspec.json.decode(heard)
        return document["responses"]

    def _hear(self, seconds_max: float | None = None) -> ReasonCode | bytes:
        try:
            return self._heard.get(timeout=seconds_max or self._broker.connect_timeout_seconds)
        except queue.Empty:
            raise unavailable(self._broker, "it did not answer in time") from None

    def _on_publish(
        self, _client: mqtt.Client, _data: Any, _mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._heard.put(reason)

    def _without(self, reason: str) -> BrokerWithoutSecurity:
        return BrokerWithoutSecurity(where=f"{self._broker.host}:{self._broker.port}", reason=reason)

    def _leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
