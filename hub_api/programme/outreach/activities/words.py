"""Events and reports as forms say them."""

from __future__ import annotations

from hackathon.outreach.activities.model import Audience, Event, Mode, Report, Topic
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.outreach.ambassadors.words import governorate_of

#: What a form about an event has, so that a page can send it once more.
EVENT_FIELDS = ("title", "language", "mode", "governorate", "topic", "audience", "starts_at", "ends_at")


def event_of(form: Form) -> Event:
    """:class:`FormUnreadable` for what no page offered, :class:`DateUnreadable`; online it is in no governorate."""
    try:
        mode, topic = Mode(form.text("mode")), Topic(form.text("topic"))
        audience = Audience(form.text("audience"))
    except ValueError as error:
        raise FormUnreadable from error
    if form.text("language") not in {"ar", "en"}:
        raise FormUnreadable
    starts_at, ends_at = form.chosen_instant("starts_at"), form.chosen_instant("ends_at")
    return Event(
        form.text("title").strip(),
        "ar" if form.text("language") == "ar" else "en",
        mode,
        None if mode is Mode.ONLINE else governorate_of(form.text("governorate")),
        topic,
        audience,
        starts_at,
        ends_at,
    )


def report_of(form: Form) -> Report:
    return Report(form.number("reached"), form.number("minutes"), form.text("account").strip())
