"""What an address asks of a list, and what is asked of the database for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest

from casework.lists.model import DeskList, Sort, also, days, one_of, words
from casework.lists.rules import address_of, counts_by_choice, counts_of, page_of, text_of, wanted_of

ONE = UUID(int=1)
DESK = DeskList(
    "SELECT thing_id, state, since FROM things WHERE owner = %(owner)s",
    "thing_id",
    lambda *_: {"owner": 7},
    sorts={"since": Sort("listed.since", "instant"), "size": Sort("listed.size", "whole")},
    first="since",
    filters=(
        words(),
        also(
            one_of("state", "listed.state", ("new", "seen", "over"), {"queue": ("new", "seen")}, "queue"),
            {"mine": "listed.handler = %(me)s OR listed.is_open"},
        ),
        *days("listed.since"),
    ),
)


@pytest.mark.parametrize(
    "query",
    [
        {"state": "gone"},
        {"sort": "colour"},
        {"sort": "--since"},
        {"since": "2026-13-01"},
        {"until": "9999-12-31"},
        {"after": "nothing"},
        {"after": f"{ONE}~yesterday"},
        {"after": f"{ONE}~2026-11-28T08:00:00"},
        {"sort": "size", "after": f"{ONE}~{2**63}"},
        {"sort": "size", "before": "x~1"},
    ],
)
def test_what_no_page_links_to_is_refused(query: Mapping[str, str]) -> None:
    with pytest.raises(ValueError):
        wanted_of(DESK, query)


def test_an_address_says_what_differs_and_is_read_again() -> None:
    query = {"q": "مياه", "state": "", "sort": "-since", "since": "2026-11-01"}
    wanted = wanted_of(DESK, query | {"after": f"{ONE}~2026-11-28T08:00:00+00:00"})
    assert address_of(DESK, wanted) == query
    assert wanted.after is not None
    assert text_of(wanted.after) == f"{ONE}~2026-11-28T08:00:00+00:00"
    assert address_of(DESK, wanted_of(DESK, {})) == {}


@pytest.mark.parametrize(
    ("sort", "name", "sign", "order"),
    [
        ("since", "after", ">", "ASC"),
        ("since", "before", "<", "DESC"),
        ("-since", "after", "<", "DESC"),
        ("-since", "before", ">", "ASC"),
    ],
)
def test_pages_lead_on_and_back_in_either_order(sort: str, name: str, sign: str, order: str) -> None:
    wanted = wanted_of(DESK, {"sort": sort, name: f"{ONE}~2026-11-28T08:00:00+00:00"})
    asked = page_of(DESK, wanted, {"owner": 7}, 51)
    assert (
        f"((listed.since, listed.thing_id) {sign} (%(place)s::timestamptz, %(place_key)s::uuid))" in asked.sql
    )
    assert f"ORDER BY listed.since {order}, listed.thing_id {order} LIMIT" in asked.sql
    assert asked.values == {
        "owner": 7,
        "state": ["new", "seen"],
        "place": datetime(2026, 11, 28, 8, tzinfo=UTC),
        "place_key": ONE,
        "rows": 51,
    }


def test_counts_leave_out_what_they_count_by_and_conditions_keep_to_themselves() -> None:
    wanted = wanted_of(DESK, {"state": "mine", "q": "x"})
    assert "(listed.handler = %(me)s OR listed.is_open)" in page_of(DESK, wanted, {}, 1).sql
    assert DESK.counted is not None
    counts = counts_of(DESK, wanted, DESK.counted, {})
    assert "listed.is_open" not in counts.sql
    assert "(listed.search_text LIKE %(q)s)" in counts.sql
    assert counts.prepare is False


def test_choices_are_counted_by_what_they_stand_for() -> None:
    counted = {"new": 2, "seen": 3, "over": 4}
    assert DESK.counted is not None
    assert counts_by_choice(DESK.counted, counted) == {"": 9, "queue": 5, **counted}
