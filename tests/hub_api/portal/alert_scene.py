"""An alert that goes on and its rule, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from psycopg.types.json import Jsonb

from citycore.alerts.document import plain, read_rules
from citycore.alerts.service import keep_preview, load_rules
from citycore.alerts.settings import AlertSettings
from tests.hub_api.conftest import START, City
from tests.hub_api.portal.conftest import Portal, Somebody

ALERT, RULE_CODE = UUID(int=7_007), "thick_dust"
RULE = f"""
[[rules]]
code = "{RULE_CODE}"
kind = "threshold"
observed_property = "pm2_5"
above = 100.0
duration_seconds = 600
severity = "severe"
category = "Health"
name = {{ en = "Thick dust", ar = "غبار كثيف" }}
text = {{ en = "Stay indoors & rest.", ar = "ابقَ في الداخل واسترح." }}
"""
OTHERS: dict[str, str] = {}
#: Duty officers too, who are not among those that the matrix of programs tries.
PROGRAMS = dict.fromkeys(
    (
        "GET /v1/innovation/me/alerts/{alert}",
        "POST /v1/innovation/me/alerts/{alert}/acknowledge",
    ),
    frozenset({"administrator"}),
)
FORMS = {
    "POST /portal/desk/alerts/{alert_id}/assess": {"verdict": "maybe"},
    "POST /portal/desk/alert-rules/new": {"kind": "threshold"},
    "POST /portal/desk/alert-rules/{rule}/edit": {"kind": "threshold"},
}


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Duty officers look after alerts and see the rules; administrators keep those."""
    on_duty = administrator | {"duty_officer"}
    rule = "/portal/desk/alert-rules/{rule}"
    return {
        "GET /portal/desk/alerts": on_duty,
        "GET /portal/desk/alerts/{alert_id}": on_duty,
        **{
            f"POST /portal/desk/alerts/{{alert_id}}/{deed}": on_duty
            for deed in ("acknowledge", "assign", "assess")
        },
        "GET /portal/desk/alert-rules": on_duty,
        f"GET {rule}": on_duty,
        f"POST {rule}/preview": on_duty,
        "GET /portal/desk/alert-rules/new": administrator,
        "POST /portal/desk/alert-rules/new": administrator,
        f"GET {rule}/edit": administrator,
        f"POST {rule}/edit": administrator,
        f"POST {rule}/on": administrator,
        f"POST {rule}/off": administrator,
    }


def keep_rule(city: City) -> None:
    """With a preview, and off."""
    with city.database.connect("registry") as connection:
        (rule,) = load_rules(connection, RULE, AlertSettings())
        keep_preview(connection, rule, {})


def raise_alert(
    city: City, alert_id: UUID = ALERT, severity: str = "severe", *, is_public: bool = True
) -> None:
    (rule,) = read_rules(RULE)
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO alerts (alert_id, rule_code, subject, thing_id, datastream_id, rule, severity, is_public, raised_at, value)"
            " SELECT %s, %s, %s, thing_id, datastream_id, %s, %s, %s, %s, 140.5 FROM datastreams WHERE datastream_id = %s",
            [
                alert_id,
                rule.code,
                f"datastream:{alert_id}",
                Jsonb(plain(rule)),
                severity,
                is_public,
                START,
                city.datastreams["air-01.pm2_5"],
            ],
        )
        connection.execute(
            "INSERT INTO alert_events (alert_id, event, at, value) VALUES (%s, 'raised', %s, 140.5)",
            [alert_id, START],
        )


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    keep_rule(portal.city)
    raise_alert(portal.city)
    return {"alert_id": ALERT, "rule": RULE_CODE}
