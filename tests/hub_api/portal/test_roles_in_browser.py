"""People in the roles of the hub reach the end of their work by what is to be read on its pages, in both languages.

``docs/roles.md`` lists them with the walk that proves each, and is held to the tables here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import needs_chromium
from tests.hub_api.portal import ways
from tests.hub_api.portal.journeys import Demo

pytestmark = needs_chromium
PAGE = Path(__file__).parents[3] / "docs" / "roles.md"
#: In this order: what moves the clock comes last.
WAYS: dict[str, Callable[[Demo], None]] = {
    way.__name__: way
    for way in (
        ways.complain_and_rate,
        ways.answer_survey,
        ways.support_idea,
        ways.make_hackathon,
        ways.enrol_second_factor,
        ways.review_source,
        ways.decide_funding,
        ways.pay,
        ways.conclude_pilot,
        ways.publish_results,
        ways.report_activity,
        ways.lead_session,
    )
}
#: Of the page: a row of its table, and what proves it.
ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| [^|]+ \| `(\w+)`", re.MULTILINE)


@pytest.mark.parametrize("name", WAYS)
def test_the_end_is_reached(demo: Demo, name: str) -> None:
    WAYS[name](demo)


def test_the_page_lists_every_way() -> None:
    text = PAGE.read_text("utf-8")
    proofs = ROW.findall(text)
    tests = "".join(one.read_text("utf-8") for one in PAGE.parents[1].glob("tests/hub_api/portal/test_*.py"))
    assert len(proofs) >= 16
    assert set(WAYS) <= set(proofs)
    assert [one for one in proofs if one not in WAYS and f"def {one}(" not in tests] == []
