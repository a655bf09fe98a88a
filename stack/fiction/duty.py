"""Whoever is on duty in the story: what they wrote on the time line, and a rule that soon gives them an alert of the simulated city
to look after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any

from casework.access.model import Role
from casework.annotations.model import Kind, Note, Span
from casework.annotations.rules import days
from casework.annotations.service import write
from citycore.alerts.document import read_rules
from citycore.alerts.service import keep_preview, list_rules, load_rules, switch
from citycore.alerts.settings import AlertSettings
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from ingest.alerts.previewing import preview
from stack.fiction.cast import read
from stack.fiction.stage import Stage

ON_DUTY = "duty"


def on_duty(stage: Stage) -> Iterator[float]:
    """They come after everybody else, so that nobody's name and nothing that chance decides before becomes another."""
    yield -0.5
    stage.join(ON_DUTY, "falaj.example")
    stage.appoint(ON_DUTY, Role.DUTY_OFFICER, by="administrator")
    for texts in read("annotations")["annotation"]:
        stage.call(stage.actor(ON_DUTY), write, _note(stage, texts))


def _note(stage: Stage, texts: Mapping[str, Any]) -> Note:
    """About days before the story's now: whole days, hours, or an instant."""
    today = stage.now.astimezone(CITY_ZONE).date()
    first, last = (
        today + timedelta(days=texts.get(name, texts["first_day"])) for name in ("first_day", "last_day")
    )
    span = days(first, last)
    if "from" in texts:
        begins, ends = (
            datetime.combine(day, time.fromisoformat(texts[name]), CITY_ZONE) if name in texts else None
            for day, name in ((first, "from"), (last, "to"))
        )
        assert begins is not None
        span = Span(begins, ends)
    return Note(
        kind=Kind(texts["kind"]),
        title_ar=texts["title_ar"],
        title_en=texts["title_en"],
        text_ar=texts["text_ar"],
        text_en=texts["text_en"],
        thing=stage.things[texts["thing"]][0] if "thing" in texts else "",
        observed_property=texts["observed_property"],
        span=span,
    )


def watch_city(connection: Connection, now: datetime) -> None:
    """Keep the story's rules and switch them on, with the registry's rights; ones that are there already stay as they are."""
    text, settings = (files("stack.fiction") / "alerts.toml").read_text("utf-8"), AlertSettings()
    if any(list_rules(connection, rule.code) for rule in read_rules(text)):
        return
    with connection.transaction():
        for rule in load_rules(connection, text, settings):
            keep_preview(connection, rule, preview(connection, rule, settings, now))
            switch(connection, rule.code, "on")
