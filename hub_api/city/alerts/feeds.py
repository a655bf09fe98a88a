"""Alerts for other programs: CAP 1.2 (OASIS, 2010), one message each, and an Atom feed (RFC 4287) of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from citycore.language import LANGUAGES, Language

CAP, ATOM = "urn:oasis:names:tc:emergency:cap:1.2", "http://www.w3.org/2005/Atom"
CAP_MEDIA_TYPE, ATOM_MEDIA_TYPE = "application/cap+xml", "application/atom+xml"
#: How long a message holds unless another one comes.
VALID = timedelta(hours=24)
_CODES: Mapping[Language, str] = {"en": "en", "ar": "ar-OM"}
Element = Mapping[str, Any]


def cap_message(alert: Element, sender: str, url: str) -> bytes:
    """The alert, or its cancellation once it is cleared. What is simulated is a test, and says so."""
    cleared_at: datetime | None = alert["cleared_at"]
    root = ET.Element("alert", xmlns=CAP)
    sent = alert["noted_at"] if cleared_at is None else max(cleared_at, alert["noted_at"])
    _texts(
        root,
        identifier=alert["alert"] if cleared_at is None else f"{alert['alert']}-cancel",
        sender=sender,
        sent=_instant(sent),
        status="Test" if alert["simulated"] else "Actual",
        msgType="Alert" if cleared_at is None else "Cancel",
        scope="Public",
    )
    if cleared_at is not None:
        _texts(root, references=f"{sender},{alert['alert']},{_instant(alert['noted_at'])}")
    for language in LANGUAGES:
        _info(root, alert, language, url)
    return _written(root)


def _info(root: ET.Element, alert: Element, language: Language, url: str) -> None:
    is_forecast = alert["kind"] == "forecast"
    is_past = alert["cleared_at"] is not None
    onset = alert["expected_at"] or alert["raised_at"]
    info = ET.SubElement(root, "info")
    _texts(
        info,
        language=_CODES[language],
        category=alert["category"],
        event=alert["name"][language],
        urgency="Past" if is_past else "Future" if is_forecast else "Immediate",
        severity=alert["severity"].capitalize(),
        certainty="Likely" if is_forecast else "Observed",
        effective=_instant(alert["noted_at"]),
        onset=_instant(onset),
        expires=_instant(alert["cleared_at"] or alert["noted_at"] + VALID),
        headline=f"{alert['name'][language]}: {alert['thing_name'][language]}",
        instruction=alert["text"][language],
        web=url,
    )
    if alert["value"] is not None:
        parameter = ET.SubElement(info, "parameter")
        value = f"{alert['value']:g} {alert['unit'] or ''}".rstrip()
        _texts(parameter, valueName=alert["observed_property"] or f"index:{alert['index']}", value=value)
    area = ET.SubElement(info, "area")
    _texts(area, areaDesc=(alert["place_name"] or alert["thing_name"])[language])
    if alert["location"] is not None:
        longitude, latitude = alert["location"]["coordinates"]
        _texts(area, circle=f"{latitude:.5f},{longitude:.5f} 0")


def atom_feed(alerts: Sequence[Element], language: Language, title: str, author: str, url: str) -> bytes:
    """The newest alerts, each with the address of its CAP message; ``url`` is that of the hub."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    updated = max((_changed_at(alert) for alert in alerts), default=datetime(1970, 1, 1, tzinfo=UTC))
    _texts(root, id=f"{url}/v1/alerts.atom", title=title, updated=_instant(updated))
    _texts(ET.SubElement(root, "author"), name=author)
    ET.SubElement(
        root, "link", rel="self", type=ATOM_MEDIA_TYPE, href=f"{url}/v1/alerts.atom?lang={language}"
    )
    for alert in alerts:
        entry = ET.SubElement(root, "entry")
        _texts(
            entry,
            id=f"urn:uuid:{alert['alert']}",
            title=f"{alert['name'][language]}: {alert['thing_name'][language]}",
            updated=_instant(_changed_at(alert)),
            published=_instant(alert["noted_at"]),
            summary=alert["text"][language],
        )
        ET.SubElement(entry, "link", rel="alternate", type=CAP_MEDIA_TYPE, href=cap_url(url, alert["alert"]))
        for term in (alert["severity"], "cleared" if alert["cleared_at"] else "open"):
            ET.SubElement(entry, "category", term=term)
    return _written(root)


def cap_url(url: str, alert: str) -> str:
    return f"{url}/v1/alerts/{alert}.cap"


def _changed_at(alert: Element) -> datetime:
    changed: datetime = max(alert["noted_at"], alert["cleared_at"] or alert["noted_at"])
    return changed


def _instant(at: datetime) -> str:
    """As CAP wants it: with an offset, and never Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = "".join(mark for mark in text if mark >= " " or mark in "\n\t")


def _written(root: ET.Element) -> bytes:
    found: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return found
