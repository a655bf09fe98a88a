"""The users of this hub's devices at the broker: made, changed, and taken away.

``hub`` is the hub's mark (:func:`citycore.broker.credentials.mark_of`). It stands in the name of each role, and
what does not carry it belongs to another hub or to an operator, and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from citycore.broker.control import Command, Control
from citycore.broker.errors import BrokerUserTaken
from citycore.broker.rights import Rule, Topics, normalised, prefix_of, role_of, rules
from citycore.settings import BrokerSettings

_NO_CLIENT = "Client not found"
_NO_ROLE = "Role not found"
#: Users that are taken away at once. The broker writes its whole file for each command, and serves nobody meanwhile.
_RUN = 4


class Signature(NamedTuple):
    """What a device signs in with."""

    username: str
    secret: str


def tell(broker: BrokerSettings, hub: str, signature: Signature, topics: Topics) -> None:
    """From now on the broker knows this user, who may publish and read just these topics.

    :class:`BrokerUnavailable`, :class:`BrokerUserTaken` or :class:`BrokerRefused` otherwise.
    """
    role = role_of(hub, signature.username)
    acls = rules(topics)
    with Control(broker) as control:
        (known,) = control.ask({"command": "getClient", "username": signature.username})
        (made,) = control.ask({"command": "createRole", "rolename": role, "acls": acls})
        if "error" in made:
            control.order({"command": "modifyRole", "rolename": role, "acls": acls})
        own = {"username": signature.username, "password": signature.secret, "roles": [{"rolename": role}]}
        if "error" in known:
            control.order({"command": "createClient", **own})
        elif role in {each["rolename"] for each in known["data"]["client"]["roles"]}:
            control.order({"command": "modifyClient", **own})
        else:
            control.order({"command": "deleteRole", "rolename": role})
            raise BrokerUserTaken(username=signature.username)


def withdraw(broker: BrokerSettings, hub: str, usernames: Sequence[str]) -> None:
    """From now on the broker does not know them; whoever is connected as one of them is put out."""
    with Control(broker) as control:
        for begin in range(0, len(usernames), _RUN):
            names = usernames[begin : begin + _RUN]
            found = control.ask(*({"command": "getClient", "username": name} for name in names))
            commands: list[Command] = []
            for name, answer in zip(names, found, strict=True):
                role = role_of(hub, name)
                roles = answer["data"]["client"]["roles"] if "error" not in answer else []
                if role in {each["rolename"] for each in roles}:
                    commands.append({"command": "deleteClient", "username": name})
                commands.append({"command": "deleteRole", "rolename": role})
            control.order(*commands, passing=[_NO_CLIENT, _NO_ROLE])


def change(broker: BrokerSettings, hub: str, wanted: Mapping[str, Topics]) -> None:
    """Give users that the broker knows other topics. Whoever is connected has to sign in again."""
    with Control(broker) as control:
        for username, topics in wanted.items():
            control.order(
                {"command": "modifyRole", "rolename": role_of(hub, username), "acls": rules(topics)}
            )


def listed(broker: BrokerSettings, hub: str) -> dict[str, list[Rule]]:
    """The users of this hub that the broker knows, with their rules as :func:`rules` writes them."""
    prefix = prefix_of(hub)
    with Control(broker) as control:
        acls = {
            role["rolename"]: normalised(role["acls"])
            for role in control.pages("listRoles", "roles")
            if role["rolename"].startswith(prefix)
        }
        return {
            client["username"]: acls[role]
            for client in control.pages("listClients", "clients")
            if (role := role_of(hub, client["username"])) in acls and role in _roles(client["roles"])
        }


def _roles(given: Iterable[Mapping[str, str]]) -> set[str]:
    return {each["rolename"] for each in given}
