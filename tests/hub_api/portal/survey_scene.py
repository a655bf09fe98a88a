"""A survey of the organisation that is open, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from tests.hackathon.survey_specimens import store_survey
from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS: dict[str, str] = {}
FORMS: dict[str, dict[str, str]] = {}


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Nobody here has the browser of a device; whoever asks for an agency sees a desk, and that of another not this survey."""
    own = frozenset({"officer", "programme_officer"})
    staff = own | {"other_officer"}
    survey, desk = "/portal/surveys/{survey_id}", "/portal/desk/surveys"
    one = f"{desk}/{{survey_id}}"
    deeds = (
        "edit", "dates", "step", "schedule", "publish", "extend", "codes", "kiosks", "wave", "weights",
        "form/arrange", "form/begin", "form/restore", "form/import", "form/question", "form/preview",
        "notes/{question}", "notes/{question}/themes",
    )  # fmt: skip
    form = ("/form", "/form/question", "/form/preview", "/form/export.{kind}")
    kiosk = (f"GET {survey}/kiosk", f"POST {survey}/kiosk", f"GET {survey}/kiosk/thanks")
    pages = ("", "/weights", *form, "/notes/{question}")
    return {
        "GET /portal/surveys": everybody,
        # Nobody here has a link of somebody who left an address.
        **{f"{method} /portal/listeners/stop": frozenset() for method in ("GET", "POST")},
        **{f"GET {survey}{page}": everybody for page in ("", "/calendar.ics", "/answer", "/with-code")},
        **{f"POST {survey}/{deed}": everybody for deed in ("answer", "with-code", "code", "tell")},
        **dict.fromkeys(kiosk, frozenset()),
        **dict.fromkeys((f"GET {desk}", f"GET {desk}/new", f"POST {desk}/new"), staff),
        **{f"GET {one}{page}": own for page in pages},
        **{f"POST {one}/{deed}": own for deed in deeds},
        # Nobody has set up this one.
        f"POST {one}/kiosks/{{kiosk_id}}/revoke": frozenset(),
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    with portal.city.database.connect() as owner:
        survey_id = store_survey(owner)
        owner.execute(
            "UPDATE participation.surveys SET agency_id = %s, state = 'open', channels = '{kiosk,web}' WHERE survey_id = %s",
            [UUID(str(objects["organisation_id"])), survey_id],
        )
    return {"survey_id": survey_id, "question": "note", "kind": "yaml", "kiosk_id": uuid4()}
