"""Who may publish and read what: rules of Mosquitto's dynamic security. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from citycore.topics import PREFIX, overlap

#: What a hub sends to devices below the namespace of their source, and they may therefore read: commands of Sparkplug B
#: and whether its host is there, commands of Tasmota.
COMMANDS = ("+/+/NCMD/#", "+/+/DCMD/#", "+/STATE/#", "cmnd/#")
#: Where the messages of a thing lie below the namespace, by format, and where its commands do. Formats whose topics do
#: not begin with the thing, and put no two things into one message.
TOPICS = {
    "tasmota": (("tele/{name}/#", "stat/{name}/#"), ("cmnd/{name}/#",)),
    "shelly": (("{name}/#", "shellies/{name}/#"), ()),
    "owntracks": (("owntracks/{name}",), ()),
}
ELSEWHERE = (("{name}/#",), ())
#: A name that can be levels of a topic as it is.
NAME = re.compile(r"[^+#$\0/][^+#\0]*")

Rule = Mapping[str, Any]


class Topics(NamedTuple):
    """What somebody may publish to, and what read."""

    published: tuple[str, ...]
    read: tuple[str, ...] = ()


def of_source(source: str, own_filters: Iterable[str] = ()) -> Topics:
    """Of a gateway, or whoever speaks for all things of a source.

    ``own_filters`` are topics outside of the namespace that an operator gave the source. Nobody gets another's
    namespace by them.
    """
    below = f"{PREFIX}/{source}"
    others = tuple(each for each in own_filters if not overlap(each, f"{PREFIX}/#"))
    return Topics((f"{below}/#", *others), tuple(f"{below}/{each}" for each in COMMANDS))


def of_thing(source: str, decoder: str, names: Iterable[str]) -> Topics:
    """Of one thing: by its code, and by what its device calls itself."""
    published, read = TOPICS.get(decoder, ELSEWHERE)
    known = [name for name in dict.fromkeys(names) if NAME.fullmatch(name)]

    def filled(filters: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{PREFIX}/{source}/{each.format(name=name)}" for name in known for each in filters)

    return Topics(filled(published), filled(read))


def role_of(hub: str, username: str) -> str:
    """The role of a credential carries the mark of its hub, so that hubs on one broker keep to their own."""
    return f"{prefix_of(hub)}{username}"


def prefix_of(hub: str) -> str:
    return f"falaj-{hub}-"


def rules(topics: Topics) -> list[Rule]:
    """In the order in which :func:`normalised` puts them."""
    return normalised(
        [_rule("publishClientSend", each) for each in topics.published]
        + [_rule(kind, each) for each in topics.read for kind in ("subscribePattern", "publishClientReceive")]
    )


def normalised(given: Iterable[Rule]) -> list[Rule]:
    """Rules as two places write them, so that they can be compared."""
    known = {(each["acltype"], each["topic"], bool(each.get("allow"))) for each in given}
    return [_rule(kind, topic, is_allowed=allow) for kind, topic, allow in sorted(known)]


def _rule(kind: str, topic: str, *, is_allowed: bool = True) -> Rule:
    return {"acltype": kind, "topic": topic, "priority": 0, "allow": is_allowed}


def hub_rules() -> list[Rule]:
    """The hub's own clients: they read all, the broker's figures too, and send what they replay or simulate."""
    everything = [_rule("publishClientSend", "#")]
    for topic in ("#", "$SYS/#"):
        everything += [_rule("subscribePattern", topic), _rule("publishClientReceive", topic)]
    return everything


def administrator_rules() -> list[Rule]:
    """Whoever keeps the users does nothing else."""
    kinds = ("publishClientSend", "subscribePattern", "publishClientReceive")
    return [_rule(kind, "$CONTROL/dynamic-security/#") for kind in kinds]


def anonymous_rules() -> list[Rule]:
    """Clients without a name, where they are let in: devices send.

    Nobody can subscribe to what devices send, but a session that did so before there were users gets what it waits for.
    """
    return [_rule("publishClientSend", f"{PREFIX}/#"), _rule("publishClientReceive", f"{PREFIX}/#")]
