"""The AsyncAPI document: valid by the rules of AsyncAPI 3, and served with the addresses of the hub."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from hub_api.developers.documentation.topics import topics_document
from hub_api.settings import ApiSettings

DOCS = Path(__file__).resolve().parents[2] / "docs"
SHIPPED = json.loads((DOCS / "asyncapi.json").read_text("utf-8"))
HUB = "http://hub.test"
#: What each object of AsyncAPI 3.0 may hold, as far as the document has such objects.
FIELDS = {
    "document": "asyncapi id info defaultContentType servers channels operations components",
    "info": "title version description termsOfService contact license tags externalDocs",
    "server": "host protocol protocolVersion pathname description title summary variables security tags externalDocs bindings",
    "channel": "address messages title summary description servers parameters tags externalDocs bindings",
    "parameter": "description default enum examples location",
    "operation": "action channel title summary description security tags externalDocs bindings traits messages reply",
    "message": "headers payload correlationId contentType name title summary description tags externalDocs bindings examples traits",
    "example": "headers payload name summary",
}  # fmt: skip


def is_uri(text: str) -> bool:
    parts = urlsplit(text)
    return bool(parts.scheme and (parts.netloc or parts.scheme == "urn"))


def unknown_fields(kind: str, value: Any) -> set[str]:
    return {name for name in value if not name.startswith("x-")} - set(FIELDS[kind].split())


def faults(document: Any) -> Iterator[str]:
    """What the specification forbids in it."""
    yield from faults_of_the_head(document)
    yield from faults_of_what_is_sent(document)
    yield from (reference for reference in references(document) if not resolves(document, reference))


def faults_of_the_head(document: Any) -> Iterator[str]:
    yield from unknown_fields("document", document)
    if not re.fullmatch(r"3\.0\.\d+", document["asyncapi"]) or not is_uri(document["id"]):
        yield "asyncapi, id"
    yield from unknown_fields("info", document["info"])
    if not {"title", "version"} <= set(document["info"]) or not is_uri(
        document["info"]["externalDocs"]["url"]
    ):
        yield "info"
    for server in document["servers"].values():
        yield from unknown_fields("server", server)
        if not {"host", "protocol"} <= set(server) or "/" in server["host"]:
            yield "server"
        if set(re.findall(r"{(\w+)}", server["host"])) != set(server.get("variables", {})):
            yield "server.variables"
    for channel in document["channels"].values():
        yield from unknown_fields("channel", channel)
        if set(re.findall(r"{(\w+)}", channel["address"])) != set(channel["parameters"]):
            yield "channel.parameters"
        for parameter in channel["parameters"].values():
            yield from unknown_fields("parameter", parameter)


def faults_of_what_is_sent(document: Any) -> Iterator[str]:
    for operation in document["operations"].values():
        yield from unknown_fields("operation", operation)
        channel = operation["channel"]["$ref"]
        if operation["action"] not in ("send", "receive") or not re.fullmatch(r"#/channels/\w+", channel):
            yield "operation"
        if any(not one["$ref"].startswith(f"{channel}/messages/") for one in operation["messages"]):
            yield "operation.messages"
    for message in document["components"]["messages"].values():
        yield from unknown_fields("message", message)
        if set(message["payload"]) != {"schemaFormat", "schema"}:
            yield "message.payload"
        for example in message["examples"]:
            yield from unknown_fields("example", example)


def references(document: Any) -> list[str]:
    return re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))


def resolves(document: Any, reference: str) -> bool:
    if not reference.startswith("#/"):
        return is_uri(reference) or (DOCS / reference).is_file()
    found = document
    for part in reference.removeprefix("#/").split("/"):
        if part not in found:
            return False
        found = found[part]
    return True


@pytest.mark.parametrize("broker", [None, "mqtt://127.0.0.1:1884", "mqtts://broker.example:8883"])
def test_it_is_valid_as_it_lies_there_and_as_it_is_served(broker: str | None) -> None:
    assert list(faults(SHIPPED)) == []
    assert list(faults(topics_document(HUB, broker))) == []


def test_what_is_wrong_would_be_found() -> None:
    wrong = json.loads(json.dumps(SHIPPED))
    wrong["info"]["externalDocs"]["url"] = "native-format.md"
    wrong["channels"]["observations"]["parameters"].pop("thing")
    wrong["operations"]["store"]["colour"] = "blue"
    assert list(faults(wrong)) == ["info", "channel.parameters", "colour"]


def test_it_is_served_with_the_addresses_of_this_hub(api: Any) -> None:
    answer = api.get("/asyncapi.json", headers={"Host": "data.example:81"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    served = answer.json()
    assert served["servers"]["broker"]["variables"]["host"]["default"] == "data.example"
    outside = [served["info"]["externalDocs"]["url"], *(one for one in references(served) if one[0] != "#")]
    assert len(outside) == 2
    for url in outside:
        parts = urlsplit(url)
        assert parts.netloc == "data.example:81"
        assert api.get(parts.path).content == (DOCS / Path(parts.path).name).read_bytes()
    schema = api.get(urlsplit(outside[1]).path).json()
    for example in served["components"]["messages"]["observations"]["examples"]:
        jsonschema.validate(example["payload"], schema)
    for page in ("/docs", "/docs/guide"):
        for language in ("en", "ar"):
            assert "/asyncapi.json" in api.get(f"{page}?lang={language}").text, page


def test_a_hub_that_knows_its_broker_names_it(make_api: Any, city: Any) -> None:
    for url, host, protocol, is_secured in (
        ("mqtt://127.0.0.1:1884", "127.0.0.1:1884", "mqtt", False),
        ("mqtts://broker.example:8883", "broker.example:8883", "secure-mqtt", True),
    ):
        server = make_api(broker_url=url).get("/asyncapi.json").json()["servers"]["broker"]
        assert (server["host"], server["protocol"], "security" in server) == (host, protocol, is_secured)
    for wrong in ("broker.example", "http://broker.example", "mqtts://broker.example/x", "mqtt://"):
        with pytest.raises(ValueError, match="broker_url"):
            ApiSettings(broker_url=wrong)
