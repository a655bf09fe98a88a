"""The file of Mosquitto's dynamic security plug-in: the hub's own users in it, whoever else is in it stays.

The broker writes it again whenever the hub tells it of a user. While it runs, nobody else may.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from citycore.broker.rights import Rule, administrator_rules, anonymous_rules, hub_rules
from stack.errors import MissingPackage

PLUGIN = "mosquitto_dynamic_security.so"
#: Where distributions and its own installation put it.
FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/opt/homebrew/lib", "/lib")
ANONYMOUS = "falaj-anonymous"
HUB_ROLE = "falaj-hub"
ADMINISTRATOR_ROLE = "falaj-administrator"
SALT_BYTES = 12
#: As the plug-in itself does. Secrets are random, so guessing them is hopeless without more.
ITERATIONS = 101
SECRET_BYTES = 32

Document = dict[str, Any]


class Users(NamedTuple):
    """Who the hub is at the broker: itself, and whoever keeps the users."""

    hub: str
    hub_secret: str
    administrator: str
    administrator_secret: str

    def environment(self) -> dict[str, str]:
        return {
            "FALAJ_BROKER_USERNAME": self.hub,
            "FALAJ_BROKER_PASSWORD": self.hub_secret,
            "FALAJ_BROKER_ADMIN_USERNAME": self.administrator,
            "FALAJ_BROKER_ADMIN_PASSWORD": self.administrator_secret,
        }


def new_users(hub: str = "falaj") -> Users:
    return Users(
        hub, secrets.token_urlsafe(SECRET_BYTES), f"{hub}-administrator", secrets.token_urlsafe(SECRET_BYTES)
    )


def find_plugin(folders: Sequence[str] = FOLDERS) -> Path:
    """Where the plug-in is on this machine; :class:`MissingPackage` if it is nowhere."""
    for folder in map(Path, folders):
        for file in (folder / PLUGIN, *sorted(folder.glob(f"*/{PLUGIN}"))):
            if file.is_file():
                return file
    raise MissingPackage(package="mosquitto")


def read_document(text: str | None) -> Document:
    """What the file says; nothing if it cannot be read, for the hub's users are put in anyway."""
    try:
        known = json.loads(text or "{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def with_users(document: Mapping[str, Any], users: Users, *, admits_anonymous: bool) -> Document:
    """The same with the hub's users and roles as they are to be now, and nothing for anybody else by default.

    ``admits_anonymous``: whether clients without a name may send (``allow_anonymous`` lets them connect).
    """
    clients = [
        _client(users.hub, users.hub_secret, HUB_ROLE),
        _client(users.administrator, users.administrator_secret, ADMINISTRATOR_ROLE),
    ]
    roles = [
        {"rolename": HUB_ROLE, "acls": hub_rules()},
        {"rolename": ADMINISTRATOR_ROLE, "acls": administrator_rules()},
        {"rolename": ANONYMOUS, "acls": _anonymous(admits=admits_anonymous)},
    ]
    group = {"groupname": ANONYMOUS, "roles": [{"rolename": ANONYMOUS}], "clients": []}
    access = {
        "publishClientSend": False,
        "publishClientReceive": False,
        "subscribe": False,
        "unsubscribe": True,
    }
    return {
        "defaultACLAccess": access,
        "clients": _replaced(document, "clients", "username", clients),
        "groups": _replaced(document, "groups", "groupname", [group]),
        "roles": _replaced(document, "roles", "rolename", roles),
        "anonymousGroup": ANONYMOUS,
    }


def _anonymous(*, admits: bool) -> list[Rule]:
    return anonymous_rules() if admits else []


def _replaced(
    document: Mapping[str, Any], kind: str, name: str, ours: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    names = {each[name] for each in ours}
    return [*ours, *(each for each in document.get(kind, []) if each.get(name) not in names)]


def _client(username: str, secret: str, role: str) -> Mapping[str, Any]:
    salt = os.urandom(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, ITERATIONS)
    return {
        "username": username,
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
        "roles": [{"rolename": role}],
    }
