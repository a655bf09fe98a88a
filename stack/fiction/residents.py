"""What residents say, and what becomes of it: answered, disputed and put right, still waiting, joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from casework.access.model import ANONYMOUS
from casework.cases import handling
from casework.cases.model import Asker, Channel, Handler
from casework.follow_up.model import Followed
from casework.governorates.model import Governorate
from casework.journeys.model import Node
from casework.programme import Session
from participation.voices import service as voices
from participation.voices.model import KIND, Answer, Kind, NewVoice, Outcome, Place, Topic, Voice
from stack.fiction.stage import Stage

Scene = Iterator[float]
Given = ParamSpec("Given")
Told = TypeVar("Told")


class Window:
    """Where residents are heard; ``said`` is which voice is which of the texts."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.texts = stage, stage.residents["voices"]
        self.said: dict[str, UUID] = {}

    def say(self, key: str) -> None:
        texts = self.texts[key]
        place = Place(
            Governorate(texts["governorate"]),
            texts["wilayat"],
            texts.get("longitude"),
            texts.get("latitude"),
            is_public="longitude" in texts,
        )
        new = NewVoice(
            Kind(texts["kind"]),
            self.stage.organisations[texts["organisation"]],
            Topic(texts["topic"]),
            texts["subject"],
            texts["body"],
            place,
            Channel.WEB,
            texts["language"],
            Asker(email=f"{key.replace('_', '-')}@resident.example"),
        )
        self.stage.addresses.append(new.asker.email)
        self.said[key] = self.stage.call(ANONYMOUS, voices.submit, new).case_id

    def take(self, key: str) -> None:
        """Whoever got it says that it has come, and begins."""
        self.handle(key, voices.move, "acknowledge", None)
        self.handle(key, voices.move, "take", None)

    def answer(self, key: str, outcome: Outcome, turn: str = "") -> None:
        texts = self.texts[key]
        said = Answer(outcome, texts[f"answer{turn}"], texts.get(f"evidence{turn}", ""))
        self.handle(key, voices.answer, said, self.voice(key).version)

    def handle(
        self,
        key: str,
        service: Callable[Concatenate[Session, UUID, Given], Told],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Told:
        """What whoever has it in hand does."""
        handler_id = self.voice(key).handler_id
        assert handler_id is not None, f"nobody has {key} in hand"
        actor = self.stage.actor(self.stage.key_of(handler_id))
        return self.stage.call(actor, service, self.said[key], *given, **named)

    def follow(
        self,
        key: str,
        service: Callable[Concatenate[Session, UUID, Given], Told],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Told:
        """What whoever asked does, with number and code."""
        actor = Followed(KIND, self.said[key]).actor
        return self.stage.call(actor, service, self.said[key], *given, **named)

    def rate(self, key: str) -> None:
        self.follow(key, voices.DESK.rate, self.texts[key]["rating"], self.texts[key]["thanks"])

    def voice(self, key: str) -> Voice:
        return self.stage.call(Followed(KIND, self.said[key]).actor, voices.get_voice, self.said[key])


def heard(stage: Stage) -> Scene:
    """Seven voices at seven points of their way."""
    yield -116
    for one in stage.residents["handlers"]:
        _name_handler(stage, one)
    window = Window(stage)
    yield -76
    window.say("hours")
    stage.heard["hours"] = Node(KIND, window.said["hours"])
    yield -75
    window.take("hours")
    yield -58
    window.say("counter")
    yield -57
    window.take("counter")
    # Nobody has answered in ten working days; the clock moves on the first of these on which offices are open.
    for day in range(-41, -37):
        yield day
        stage.run_clock("voice")
    yield -37
    window.answer("counter", Outcome.ANSWERED_NOT_DONE)
    yield -34
    window.answer("hours", Outcome.RESOLVED)
    yield -33
    window.follow("counter", voices.DESK.dispute, window.texts["counter"]["dispute"])
    window.rate("hours")
    yield -28
    window.answer("counter", Outcome.RESOLVED, "_2")
    yield -27
    window.rate("counter")
    yield -16
    window.say("lamps")
    yield -15
    window.take("lamps")
    window.say("lamps_again")
    again = window.voice("lamps_again")
    window.handle("lamps_again", voices.merge, window.said["lamps"], again.version)
    yield -13
    window.answer("lamps", Outcome.RESOLVED)
    window.say("queue_numbers")
    yield -12
    window.rate("lamps")
    stage.run_clock("voice")
    yield -5
    window.say("stop")
    yield -4
    window.take("stop")
    question = window.texts["stop"]["question"]
    window.handle("stop", voices.DESK.ask, question, window.voice("stop").version)
    yield -1
    window.say("bins")


def _name_handler(stage: Stage, texts: dict[str, Any]) -> None:
    """Somebody of the agency who answers; whoever speaks for it says so."""
    key, organisation = texts["key"], texts["organisation"]
    stage.join(key, texts["domain"])
    stage.belong(key, organisation, organisation)
    handler = Handler(stage.person_id(key), texts["level"], None)
    lead = stage.actor(organisation)
    stage.call(lead, handling.name_handler, stage.organisations[organisation], handler)
