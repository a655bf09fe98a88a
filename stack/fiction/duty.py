"""Whoever is on duty in the story, and a rule that soon gives them an alert of the simulated city to look after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files

from casework.access.model import Role
from citycore.alerts.document import read_rules
from citycore.alerts.service import keep_preview, list_rules, load_rules, switch
from citycore.alerts.settings import AlertSettings
from citycore.store.connections import Connection
from ingest.alerts.previewing import preview
from stack.fiction.stage import Stage

ON_DUTY = "duty"


def on_duty(stage: Stage) -> Iterator[float]:
    """They come after everybody else, so that nobody's name and nothing that chance decides before becomes another."""
    yield -0.5
    stage.join(ON_DUTY, "falaj.example")
    stage.appoint(ON_DUTY, Role.DUTY_OFFICER, by="administrator")


def watch_city(connection: Connection, now: datetime) -> None:
    """Keep the story's rules and switch them on, with the registry's rights; ones that are there already stay as they are."""
    text, settings = (files("stack.fiction") / "alerts.toml").read_text("utf-8"), AlertSettings()
    if any(list_rules(connection, rule.code) for rule in read_rules(text)):
        return
    with connection.transaction():
        for rule in load_rules(connection, text, settings):
            keep_preview(connection, rule, preview(connection, rule, settings, now))
            switch(connection, rule.code, "on")
