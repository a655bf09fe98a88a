"""What is written together is brought together: nothing that anybody wrote is lost, whoever saves last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from casework.codes.rules import new_reference
from casework.dossiers.rules import digest_of
from hackathon.funding.applications.model import Application, Change, Content
from hackathon.funding.applications.rules import (
    NOUN,
    differences,
    document_of,
    fields_of,
    merged,
    version_of,
    waited_for,
    what_next,
)

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
CODES = ("plan", "team")
CONTENTS = st.builds(
    Content,
    title=st.sampled_from(["", "A", "B"]),
    summary=st.sampled_from(["", "S", "T"]),
    answers=st.dictionaries(st.sampled_from(CODES), st.sampled_from(["x", "y"])),
    confirmed=st.sampled_from([(), ("ethics",)]),
    amount_minor=st.sampled_from([None, 5, 7]),
    organisation_id=st.sampled_from([None, UUID(int=1)]),
    governorate=st.sampled_from(["OM-MA", "OM-ZU"]),
    language=st.sampled_from(["en", "ar"]),
)


def changes(steps: list[Content]) -> list[Change]:
    """The trail of somebody who saved these, one after the other."""
    trail: list[Change] = []
    for number, (before, after) in enumerate(pairwise(steps), 1):
        trail += [Change(len(trail), None, AT, number, *one) for one in differences(before, after, 1)]
    return trail


@given(base=CONTENTS, theirs=st.lists(CONTENTS, min_size=1, max_size=3), sent=CONTENTS)
def test_each_field_is_theirs_where_i_wrote_nothing_and_mine_where_they_did_not(
    base: Content, theirs: list[Content], sent: Content
):
    stored = theirs[-1]
    taken, both = merged(sent, stored, changes([base, *theirs]), 1)
    before, mine, others, now = (fields_of(one, 1) for one in (base, sent, stored, taken))
    touched = {one.field for one in changes([base, *theirs])}
    for name in {*before, *mine, *others}:
        was, written, stands, kept = (one.get(name, "") for one in (before, mine, others, now))
        if name not in touched:
            assert kept == written
        elif written == was:
            assert kept == stands
        else:
            assert kept == written
            assert (name in both) == (written != stands)


@given(before=CONTENTS, after=CONTENTS)
def test_the_trail_leads_from_what_was_to_what_is(before: Content, after: Content):
    fields = fields_of(before, 1)
    for name, was, became in differences(before, after, 1):
        assert fields.get(name, "") == was
        fields[name] = became
    assert {name: text for name, text in fields.items() if text} == {
        name: text for name, text in fields_of(after, 1).items() if text
    }


@given(content=CONTENTS, number=st.integers(1, 9))
def test_a_version_is_read_as_it_was_stored_and_its_digest_is_its_own(content: Content, number: int):
    document = document_of(1, content, ())
    application_id = uuid4()
    digest = digest_of(NOUN, application_id, number, document)
    known = version_of(number, document, digest.hex(), AT)
    assert known.content == content
    assert digest != digest_of(NOUN, application_id, number + 1, document)
    assert digest != digest_of(NOUN, uuid4(), number, document)


def test_a_reference_is_random_and_can_be_read_out():
    assert new_reference(lambda count: bytes(range(count)), 8) == "01234567"
    assert new_reference(lambda count: bytes([255] * count), 8) == "zzzzzzzz"


def application(**more: object) -> Application:
    values: dict[str, object] = {
        "application_id": uuid4(), "call_id": uuid4(), "reference": "01234567", "state": "draft",
        "state_reason": None, "version": 1, "state_changed_at": AT, "created_at": AT, "round": 1,
        "submission_id": None, "draft": Content(), "versions": 0, "frozen_digest": None, "late_until": None,
        "clock_stopped_at": None, "stopped_seconds": 0,
    }  # fmt: skip
    return Application(**values | more)  # type: ignore[arg-type]  # of the columns of a row


def test_the_clock_stands_still_from_the_question_to_the_answer():
    asked = application(state="more_info", clock_stopped_at=AT, stopped_seconds=60)
    assert waited_for(asked, AT + timedelta(seconds=30)) == timedelta(seconds=90)
    assert waited_for(application(stopped_seconds=90), AT) == timedelta(seconds=90)


def test_what_comes_next_does_not_tell_how_far_a_decision_is():
    planned = {"closes": AT}
    told = {
        state: what_next(application(state=state), "reviewing", planned) for state in ("in_review", "panel")
    }
    assert told["in_review"] == told["panel"]
    assert what_next(application(), "open", planned).until == AT
    assert what_next(application(), "cancelled", planned).what == "cancelled"
    assert what_next(application(state="withdrawn"), "cancelled", planned).what == "over"
