"""An application of two people in the open call, handed in: its pages, and who gets into them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import ClassVar
from uuid import UUID

from casework.access.model import Actor
from casework.files.service import receive
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from hackathon.funding.applications import applicants, writing
from hackathon.funding.applications.model import Content
from tests.hackathon.calling import programme_for
from tests.hub_api.portal.conftest import Portal, Somebody

#: What the call of the scene before asks, filled in.
FILLED = Content(
    "Water for Ruwi", "Where water is lost", {"plan": "Listen to pipes", "team": "Two of us"}, ("ethics",), 2_000_000,
    governorate="OM-MA",
)  # fmt: skip
OWN = "/portal/applications/{application_id}"
DESK = "/portal/calls/{call_id}/desk/applications"
ONE = f"{DESK}/{{application_id}}"
APPLY = frozenset({"applicant", "co_applicant"})


class ApplicationScene:
    OTHERS: ClassVar[Mapping[str, str]] = {}
    FORMS: ClassVar[Mapping[str, dict[str, str]]] = {
        f"POST {OWN}/form": {"version": "99", "language": "en", "title": "X"},
        f"POST {OWN}/step": {"event": "reopen", "version": "99"},
        f"POST {OWN}/answer": {"answer": "Here", "version": "99"},
        f"POST {OWN}/appeal": {"appeal": "Wrong", "version": "99"},
        f"POST {OWN}/late": {"code": "AAAA-BBBB-CCCC-DDDD"},
        f"POST {OWN}/invite": {"email": "guest@bahth.example"},
        f"POST {OWN}/lead": {"applicant": "{applying_id}", "version": "99"},
        "POST /portal/applicants/{applying_id}/step": {"event": "leave", "version": "99"},
        f"POST {DESK}/late": {"until": "2026-01-01T00:00"},
        f"POST {ONE}/prepare": {"event": "accept", "version": "99"},
        f"POST {ONE}/ask": {"question": "Which?", "due_at": "2027-03-01T00:00", "version": "99"},
        f"POST {ONE}/appeal": {"event": "uphold", "answer": "Yes", "version": "99"},
    }

    def rows(
        self, everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
    ) -> dict[str, frozenset[str]]:
        assert signed < everybody
        programme = administrator | {"programme_officer"}
        lead = frozenset({"applicant"})
        return {
            "GET /portal/account/applications": signed,
            "GET /portal/calls/{call_id}/applications/new": signed,
            "POST /portal/calls/{call_id}/applications/new": signed,
            # Officers are led on to their desk.
            f"GET {OWN}": APPLY | programme,
            f"GET {OWN}/form": APPLY,
            f"POST {OWN}/form": APPLY,
            f"POST {OWN}/step": lead,
            f"POST {OWN}/answer": APPLY,
            f"POST {OWN}/appeal": lead,
            f"POST {OWN}/late": APPLY,
            f"POST {OWN}/invite": lead,
            f"POST {OWN}/lead": lead,
            "POST /portal/applicants/{applying_id}/step": frozenset({"co_applicant"}),
            f"GET {OWN}/trail": APPLY | programme,
            f"POST {OWN}/files": APPLY,
            f"POST {OWN}/files/{{attached_id}}/remove": APPLY,
            f"GET {OWN}/files/{{attached_id}}": APPLY | programme,
            f"GET {OWN}/versions/{{version}}": APPLY | programme,
            **{
                f"{method} {DESK}{path}": programme
                for method, path in (
                    ("GET", ""), ("POST", "/release"), ("POST", "/decisions/{decision_id}/withdraw"),
                    ("POST", "/late"), ("POST", "/bulk"), ("GET", "/{application_id}"),
                    ("POST", "/{application_id}/prepare"),
                    ("POST", "/{application_id}/ask"), ("POST", "/{application_id}/appeal"),
                )
            },
        }  # fmt: skip

    def settle(
        self, portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
    ) -> dict[str, object]:
        """Written by two with a file, and handed in."""
        call_id = objects["call_id"]
        assert isinstance(call_id, UUID)
        return hand_in(portal, people["applicant"], people["co_applicant"], call_id)


def hand_in(
    portal: Portal, lead: Somebody, other: Somebody, call_id: UUID, content: Content = FILLED
) -> dict[str, object]:
    settings, store = portal.office.settings.applications, portal.store
    programme = programme_for(store, portal.watch, portal.office.settings.passwords, settings)
    call = programme.call

    def actor(somebody: Somebody) -> Actor:
        return find_actor(store, somebody.person_id, portal.watch())

    begun = call(actor(lead), writing.begin, call_id, Content())
    application_id = begun.application_id
    asked = applicants.invite(
        programme, actor(lead), application_id, other.email, Visitor("10.9.8.7", "test")
    )
    call(actor(other), applicants.accept, asked.applicant_id, asked.version)
    call(actor(other), writing.write, application_id, content, begun.version)
    file = call(
        actor(lead),
        writing.add_file,
        application_id,
        receive(BytesIO(b"a,b\n"), "plan.csv", settings.store()),
    )
    version = call(actor(lead), writing.find, application_id).version
    call(actor(lead), writing.submit, application_id, version)
    return {
        "application_id": application_id,
        "applying_id": asked.applicant_id,
        "attached_id": file.file_id,
    }


SCENE = ApplicationScene()
