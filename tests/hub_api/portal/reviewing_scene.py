"""A call that is being reviewed, with an application, its reviewer, and one who is close to those who apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from tests.hackathon.reviewing_stage import ReviewingStage
from tests.hackathon.telling_files import picture
from tests.hub_api.portal.conftest import Portal, Somebody

CALL = "/portal/calls/{reviewed_call_id}"
DESK = f"{CALL}/desk"
REVIEW = "/portal/reviews/{review_id}"
#: Of no object.
NOBODY = "00000000-0000-4000-8000-000000000000"
GONE = {"version": "99"}


class ReviewingScene:
    OTHERS: ClassVar[Mapping[str, str]] = {
        "reviewed_call_id": "call_id", "reviewed_id": "application_id",
    }  # fmt: skip
    FORMS: ClassVar[Mapping[str, dict[str, str]]] = {
        "POST /portal/account/reviews/{reviewer_id}/step": {"event": "resign", **GONE},
        f"POST {CALL}/reviews/closeness": {"email": "nobody@baladiya.example"},
        f"POST {REVIEW}": {"mark1": "5", **GONE},
        f"POST {REVIEW}/step": {"event": "recuse", "reason": "other", **GONE},
        f"POST {DESK}/reviewers": {"email": "nobody@baladiya.example", "capacity": "3"},
        f"POST {DESK}/reviewers/{{reviewer_id}}/remove": GONE,
        f"POST {DESK}/reviewers/{{reviewer_id}}/reviews/{{review_id}}/step": {"event": "take_out", **GONE},
        f"POST {DESK}/copies/{{copy_id}}": {"title": "T", **GONE},
        f"POST {DESK}/copies/{{copy_id}}/release": GONE,
        f"POST {DESK}/copies/{{copy_id}}/files": {"file": NOBODY, **GONE},
        f"POST {DESK}/copies/{{copy_id}}/files/keep-back": {"place": "1", **GONE},
        f"POST {DESK}/assignment": {"seed": "first"},
        f"POST {DESK}/decisions/{{reviewed_id}}/prepare": {"event": "approve", **GONE},
        f"POST {DESK}/decisions/release": {"decision": NOBODY},
    }

    def rows(
        self, everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
    ) -> dict[str, frozenset[str]]:
        assert signed < everybody
        programme = administrator | {"programme_officer"}
        own, asked = frozenset({"reviewer"}), frozenset({"reviewer", "close_reviewer"})
        desk = (
            ("GET", "/reviewers"), ("POST", "/reviewers"), ("GET", "/reviewers/{reviewer_id}"),
            ("POST", "/reviewers/{reviewer_id}/remove"), ("POST", "/reviewers/{reviewer_id}/reviews/{review_id}/step"),
            ("GET", "/copies"), ("POST", "/copies"), ("GET", "/copies/{copy_id}"), ("POST", "/copies/{copy_id}"),
            ("POST", "/copies/{copy_id}/renew"), ("POST", "/copies/{copy_id}/release"),
            ("POST", "/copies/{copy_id}/files"), ("GET", "/copies/{copy_id}/files/{place}"),
            ("POST", "/copies/{copy_id}/files/keep-back"), ("GET", "/assignment"), ("POST", "/assignment"),
            ("POST", "/assignment/{proposal_id}/publish"), ("GET", "/panel"), ("GET", "/panel.csv"), ("POST", "/panel"),
            ("POST", "/panel/{reviewed_id}/notes"), ("GET", "/decisions"),
            ("POST", "/decisions/{reviewed_id}/prepare"), ("POST", "/decisions/{decision_id}/withdraw"),
            ("POST", "/decisions/release"),
        )  # fmt: skip
        return {
            "GET /portal/account/reviews": signed,
            "POST /portal/account/reviews/{reviewer_id}/step": own,
            f"GET {CALL}/reviews": asked,
            f"POST {CALL}/reviews/closeness": asked,
            # Who is close to those who apply finds no review of theirs, and officers have a desk of their own.
            f"GET {REVIEW}": own,
            f"POST {REVIEW}": own,
            f"POST {REVIEW}/step": own,
            f"GET {REVIEW}/files/{{place}}": own,
            **{f"{method} {DESK}{path}": programme for method, path in desk},
            "GET /portal/applications/{reviewed_id}/decision": frozenset({"applicant", "co_applicant"}),
        }

    def settle(
        self, portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
    ) -> dict[str, object]:
        with portal.city.database.connect() as owner:
            folder = portal.office.settings.reviewing.folder
            assert folder is not None
            stage = ReviewingStage(portal.store, owner, folder.parent, reviews_each=1, watch=portal.watch)
            files = {"shade.png": ("image/png", picture("shade", "PNG"))}
            applied = stage.apply("Shade at noon", lead=people["applicant"].person_id, files=files)
            stage.joins(applied.application_id, people["co_applicant"].person_id)
            for name in ("reviewer", "close_reviewer"):
                stage.reviewer(people[name].person_id)
            copy_id = passed(stage, applied.files[0])
            stage.copy_all()
            (review,) = stage.assign()
        assert review.person_id == people["reviewer"].person_id
        return {
            "reviewed_call_id": stage.call_id,
            "reviewed_id": applied.application_id,
            "reviewer_id": review.reviewer_id,
            "review_id": review.review_id,
            "copy_id": copy_id,
            "place": 1,
        }


def passed(stage: ReviewingStage, file_id: UUID) -> UUID:
    """The copy, with a file that reviewers may have."""
    (copy,) = stage.copy_all(release=False)
    stage.pass_on(copy.copy_id, file_id, copy.version)
    return copy.copy_id


SCENE = ReviewingScene()
