"""The documents about MQTT, with the addresses of the hub that serves them.

They lie in ``docs/`` as they are for any hub; there addresses are those of ``hub.example``.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
DOCS = Path(__file__).resolve().parents[3] / "docs"
#: What devices send, for people and for programs, by their names under ``/docs/``.
FORMAT_FILES = {
    "native-format.md": "text/markdown; charset=utf-8",
    "native-format.schema.json": "application/schema+json",
}
PROTOCOLS = {"mqtt": "mqtt", "mqtts": "secure-mqtt"}


@cache
def format_file(name: str) -> bytes:
    return (DOCS / name).read_bytes()


@cache
def _shipped() -> Json:
    document: Json = json.loads((DOCS / "asyncapi.json").read_text("utf-8"))
    return document


def topics_document(hub_url: str, broker_url: str | None) -> Json:
    """The AsyncAPI document of the hub at this address.

    Where its broker is for others is known only if somebody said so; without, it is guessed under the hub's own name.
    """
    document = deepcopy(_shipped())
    document["info"]["externalDocs"]["url"] = f"{hub_url}/docs/native-format.md"
    message = document["components"]["messages"]["observations"]
    message["payload"]["schema"]["$ref"] = f"{hub_url}/docs/native-format.schema.json"
    server = document["servers"]["broker"]
    if broker_url is None:
        server["variables"]["host"]["default"] = urlsplit(hub_url).hostname
    else:
        parts = urlsplit(broker_url)
        server |= {"host": parts.netloc, "protocol": PROTOCOLS[parts.scheme]}
        del server["variables"]
        if parts.scheme == "mqtt":  # a password would travel in the open
            del server["security"]
    return document
