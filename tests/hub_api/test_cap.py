"""Whatever an alert is, its message is one of CAP 1.2: its elements are those of the standard, in their order, with codes that it has.

The statement of the standard (OASIS, 1 July 2010, section 3) below is our own; its schema is not copied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from citycore.alerts.model import Category, Kind, Severity
from hub_api.city.alerts.feeds import CAP, cap_message

#: In their order: how often each is there. 1 once, ? at most once, * any number, + at least once.
ELEMENTS: Mapping[str, str] = {
    "alert": "identifier1 sender1 sent1 status1 msgType1 source? scope1 restriction? addresses? code* note? references? incidents? info*",
    "info": "language? category+ event1 responseType* urgency1 severity1 certainty1 audience? eventCode* effective? onset? expires?"
    " senderName? headline? description? instruction? web? contact? parameter* resource* area*",
    "parameter": "valueName1 value1",
    "area": "areaDesc1 polygon* circle* geocode* altitude? ceiling?",
}
CODES: Mapping[str, str] = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
NUMBER = r"-?\d+(\.\d+)?"
FORMS: Mapping[str, str] = {
    **{name: codes.replace(" ", "|") for name, codes in CODES.items()},
    **dict.fromkeys(("sent", "effective", "onset", "expires"), INSTANT),
    **dict.fromkeys(("identifier", "sender"), r"[^\s,<&]+"),
    "references": rf"[^\s,<&]+,[^\s,<&]+,{INSTANT}",
    "language": r"[a-z]{2}(-[A-Z]{2})?",
    "circle": rf"{NUMBER},{NUMBER} {NUMBER}",
    "web": r"https?://\S+",
}
AT = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)


def faults(element: ET.Element) -> list[str]:
    """What the standard does not allow, anywhere in it."""
    name = element.tag.removeprefix(f"{{{CAP}}}")
    found = []
    if name in ELEMENTS:
        told = " ".join(child.tag.removeprefix(f"{{{CAP}}}") for child in element)
        often = {"1": "", "?": "?", "*": "*", "+": "+"}
        order = "".join(f"(?:{word[:-1]} ){often[word[-1]]}" for word in ELEMENTS[name].split())
        if re.fullmatch(order, f"{told} ") is None:
            found.append(f"{name} has {told}")
    elif len(element) or not (element.text or "").strip():
        found.append(f"{name} has no text")
    if re.fullmatch(FORMS.get(name, "(?s:.*)"), element.text or "") is None:
        found.append(f"{name} is {element.text}")
    return found + [fault for child in element for fault in faults(child)]


def alert(**changes: Any) -> dict[str, Any]:
    names = {"en": "Flood <1> & more", "ar": "سيل"}
    return {
        "alert": str(UUID(int=1)), "kind": "threshold", "name": names, "text": names, "severity": "extreme", "category": "Met",
        "thing_name": names, "simulated": False, "place_name": None, "location": None, "observed_property": "water_level",
        "index": None, "value": 1.5, "unit": "m", "raised_at": AT, "noted_at": AT + timedelta(seconds=1), "expected_at": None,
        "cleared_at": None, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "severity"), [*product(get_args(Kind), ["minor"]), *product(["threshold"], get_args(Severity))]
)
def test_whatever_is_raised_is_told_as_the_standard_says(kind: str, severity: str) -> None:
    point = {"coordinates": [58.4, -23.5]}
    for changes in (
        {"cleared_at": AT + timedelta(hours=1)},
        {"simulated": True, "location": point, "place_name": {"en": "Ruwi", "ar": "روي"}},
        {"value": None, "unit": None},
        {"observed_property": None, "index": "us", "unit": None},
        {"expected_at": AT + timedelta(hours=5)},
        *({"category": category} for category in get_args(Category)),
    ):
        told = alert(kind=kind, severity=severity, **changes)
        message = ET.fromstring(cap_message(told, "hub.example", "https://hub.example/v1/alerts/1.cap"))
        assert message.tag == f"{{{CAP}}}alert"
        assert faults(message) == []
        assert (message.find(f"{{{CAP}}}references") is None) == (told["cleared_at"] is None), (
            "which message it cancels"
        )


@pytest.mark.parametrize(
    ("old", "new"),
    [("<scope>Public</scope>", ""), ("Immediate", "Soon"), ("-00:00</sent>", "Z</sent>"), ("areaDesc", "areaName"),
     ("<event>", "<event/><event>")],
)  # fmt: skip
def test_the_statement_finds_what_the_standard_does_not_allow(old: str, new: str) -> None:
    text = cap_message(alert(), "hub.example", "https://hub.example/a").decode()
    assert old in text
    assert faults(ET.fromstring(text.replace(old, new, 1) if old != "areaDesc" else text.replace(old, new)))
