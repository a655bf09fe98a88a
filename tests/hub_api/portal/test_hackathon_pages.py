"""A hackathon from its draft to its announcement, and a challenge from an agency's draft to what everybody reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from casework.access.model import Role
from hub_api.programme.kit.times import countdown
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import CHALLENGE, DATES, HACKATHON, announce, create, found, propose, verify

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "english", "arabic"),
    [
        (timedelta(0), None, None),
        (timedelta(seconds=1), "in 1 minute", "بعد دقيقة واحدة"),
        (timedelta(minutes=59), "in 59 minutes", "بعد 59 دقيقة"),
        (timedelta(hours=2), "in 2 hours", "بعد ساعتين"),
        (timedelta(days=1), "in 1 day", "بعد يوم واحد"),
        (timedelta(days=9, hours=23), "in 10 days", "بعد 10 أيام"),
        (timedelta(days=11), "in 11 days", "بعد 11 يومًا"),
        (timedelta(days=102), "in 102 days", "بعد 102 يوم"),
    ],
)  # fmt: skip
def test_how_long_it_is_is_said_in_the_numbers_of_the_language(
    left: timedelta, english: str | None, arabic: str | None
) -> None:
    assert countdown(NOW + left, NOW, "en") == english
    assert countdown(NOW + left, NOW, "ar") == arabic


def test_a_hackathon_is_written_dated_and_announced(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    hackathon = create(portal, organiser, "water")
    assert portal.browser().get(f"/hackathons/{hackathon}").status_code == 404
    desk = organiser.browser.get(f"/hackathons/{hackathon}/desk").text
    assert 'value="announce"' in desk
    assert 'value="finalise"' not in desk, "only what is possible from here"
    assert 'value="2026-12-26T08:00"' in desk, "as it was chosen, in Muscat's time"
    assert (
        organiser.browser.send(
            f"/hackathons/{hackathon}/step", {"event": "announce", "version": "1"}
        ).status_code
        == 303
    )
    twice = organiser.browser.send(f"/hackathons/{hackathon}/step", {"event": "announce", "version": "1"})
    assert (twice.status_code, 'role="alert"' in twice.text) == (409, True)
    page = portal.browser("ar").get(f"/hackathons/{hackathon}").text
    assert "هاكاثون الحر" in page
    assert "بعد 33 يومًا" in page, "until it is over"
    assert "توقيت مسقط" in page
    assert "Heat hackathon" in portal.browser().get("/hackathons").text
    assert "Heat hackathon" in portal.browser().get("").text


DETAILS = {
    "prize_ar0": "الأول", "prize_en0": "First", "prize_amount0": "25,000", "prize_ar1": "إرشاد",
    "prize_en1": "Mentoring", "rules_ar": "لا غش", "rules_en": "No cheating", "eligibility_ar": "الجميع",
    "eligibility_en": "All <of you>", "contact_email": "ask@hub.test", "partner_ar0": "جامعة",
    "partner_en0": "University", "partner_website0": "https://university.example/",
}  # fmt: skip


def test_a_hackathon_says_what_is_won_who_may_come_and_whom_to_ask(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    hackathon = create(portal, organiser, "prizes")
    edit = HACKATHON | DETAILS | {"code": "prizes", "version": "1"}
    wrong = edit | {"prize_amount0": "many", "partner_website0": "ftp://x"}
    for field in ("prize_amount0", "partner_website0"):
        refused = organiser.browser.send(f"/hackathons/{hackathon}/edit", edit | {field: wrong[field]})
        assert (refused.status_code, "Mentoring" in refused.text) == (422, True)
    assert organiser.browser.send(f"/hackathons/{hackathon}/edit", edit).status_code == 303
    assert 'value="25000.000"' in organiser.browser.get(f"/hackathons/{hackathon}/desk").text
    announced = {"event": "announce", "version": "2"}
    assert organiser.browser.send(f"/hackathons/{hackathon}/step", announced).status_code == 303
    page = portal.browser().get(f"/hackathons/{hackathon}").text
    for said in ("25,000.000", "Mentoring", "No cheating", "All &lt;of you&gt;", "mailto:ask@hub.test",
                 'href="https://university.example/"', "deadlines.ics?hackathon=prizes", "is-waiting"):  # fmt: skip
        assert said in page, said
    cards = portal.browser().get("/hackathons").text
    assert "25,000.000" in cards
    assert "Deadline for challenges" in cards, "the next date"


def test_a_draft_that_is_given_up_was_never_public(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    draft, known = create(portal, organiser, "given-up"), announce(portal, organiser, "called-off")
    for hackathon, version in ((draft, "1"), (known, "2")):
        fields = {"event": "cancel", "reason": "no_venue", "version": version}
        assert organiser.browser.send(f"/hackathons/{hackathon}/step", fields).status_code == 303
    for path in (f"/hackathons/{draft}", f"/hackathons/{draft}/results"):
        assert portal.browser().get(path).status_code == 404
        assert organiser.browser.get(path).status_code == 200
    public, own = portal.browser().get("/hackathons").text, organiser.browser.get("/hackathons").text
    assert (draft in public, draft in own) == (False, True)
    assert known in public
    assert portal.browser().get(f"/hackathons/{known}").status_code == 200


def test_an_announced_deadline_is_extended_and_everybody_sees_why(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    hackathon = announce(portal, organiser, "wind")
    fixed = organiser.browser.send(f"/hackathons/{hackathon}/deadlines", DATES)
    assert fixed.status_code == 409
    fields = {"name": "submissions_close", "instant": "2026-12-30T00:00", "reason": "weather"}
    assert organiser.browser.send(f"/hackathons/{hackathon}/extension", fields).status_code == 303
    page = portal.browser().get(f"/hackathons/{hackathon}").text
    assert "Dates that were moved" in page
    assert "29 December 2026, end of the day (Muscat time)" in page
    assert "Weather" in page


def test_a_date_that_is_left_out_is_asked_for_where_it_stood(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    hackathon = announce(portal, organiser, "dust")
    fields = {"name": "starts", "instant": "", "reason": "weather"}
    for instant_sent in ("", "tomorrow", "0001-01-01T00:00"):
        answer = organiser.browser.send(
            f"/hackathons/{hackathon}/extension", fields | {"instant": instant_sent}
        )
        assert answer.status_code == 422
        assert "Choose the date in full" in answer.text
        assert re.search(
            r'<input id="instant"[^>]* aria-invalid="true" aria-describedby="refused"', answer.text
        )
        assert re.search(r'<option value="starts" selected>', answer.text)
        assert re.search(r'<option value="weather" selected>', answer.text)
    arabic = organiser.browser.send(f"/hackathons/{hackathon}/extension?lang=ar", fields)
    assert "اختر التاريخ كاملًا" in arabic.text
    draft = create(portal, organiser, "sand")
    wrong = organiser.browser.send(f"/hackathons/{draft}/deadlines", DATES | {"starts": "soon"})
    assert wrong.status_code == 422
    assert re.search(r'<input id="starts"[^>]* value="soon"[^>]* aria-invalid="true"', wrong.text)


def test_only_deadlines_that_can_be_extended_are_offered(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    hackathon = announce(portal, organiser, "fog")

    def offered() -> list[str]:
        page = organiser.browser.get(f"/hackathons/{hackathon}/desk").text
        chooser = page.partition('<select id="name"')[2].partition("</select>")[0]
        return re.findall(r'<option value="(\w+)"', chooser)

    with portal.city.database.connect() as owner:
        assert "submissions_close" in offered()
        owner.execute(
            "UPDATE innovation.hackathons SET state = 'deliberation' WHERE hackathon_id = %s", [hackathon]
        )
        assert "submissions_close" not in offered(), "what followed from it is not undone"
        assert "appeals_close" in offered()
        owner.execute(
            "UPDATE innovation.deadlines SET instant = instant - interval '1 year'"
            " WHERE object_id = %s AND name <> 'appeals_close'", [hackathon],
        )  # fmt: skip
        assert offered() == ["appeals_close"]
        owner.execute(
            "UPDATE innovation.hackathons SET state = 'results_final' WHERE hackathon_id = %s", [hackathon]
        )
        assert offered() == []
    page = organiser.browser.get(f"/hackathons/{hackathon}/desk").text
    assert "Extend a deadline" not in page


def test_what_is_wrong_with_a_description_is_said_and_what_was_written_stays(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    create(portal, organiser, "taken")
    fields = {
        "code": "taken", "title_ar": "عنوان", "title_en": "Mine <own>", "mode": "online",
        "team_members_min": "1", "team_members_max": "5", "rounds": "1",
    }  # fmt: skip
    answer = organiser.browser.send("/hackathons/new", fields)
    assert answer.status_code == 409
    assert "Mine &lt;own&gt;" in answer.text


def test_a_challenge_goes_from_an_agencys_draft_to_what_everybody_reads(portal: Portal) -> None:
    officer, chief, organiser = (
        portal.join("officer"),
        portal.appoint(Role.ADMINISTRATOR),
        portal.appoint(Role.ORGANISER),
    )
    agency = found(portal, officer, "Baladiya")
    verify(portal, chief, agency)
    hackathon = announce(portal, organiser, "shade")
    challenge = propose(portal, officer, hackathon, agency)
    assert portal.browser().get(f"/challenges/{challenge}").status_code == 404
    page = officer.browser.get(f"/challenges/{challenge}").text
    assert "The way is &lt;hot&gt;." in page
    assert 'href="/v1/things/air-01?lang=en"' in page
    path = f"/challenges/{challenge}/step"
    assert officer.browser.send(path, {"event": "propose", "version": "1"}).status_code == 303
    assert organiser.browser.send(path, {"event": "take_up", "version": "2"}).status_code == 303
    prepared = {"event": "approve", "version": "3"}
    assert organiser.browser.send(f"/challenges/{challenge}/prepare", prepared).status_code == 303
    assert "Under review" in officer.browser.get(f"/challenges/{challenge}").text, "not told yet"
    desk = organiser.browser.get(f"/hackathons/{hackathon}/desk").text
    (decision,) = re.findall(r'name="decision" value="([0-9a-f-]+)"', desk)
    released = organiser.browser.send(f"/hackathons/{hackathon}/decisions/release", {"decision": decision})
    assert released.status_code == 303
    link = dict(portal.mails(officer.email))["decided"]["challenge_link"]
    assert link == f"http://hub.test/portal/challenges/{challenge}"
    assert organiser.browser.send(path, {"event": "publish", "version": "4"}).status_code == 303
    public = portal.browser().get(f"/challenges/{challenge}").text
    assert "Shade on the way to school" in public
    assert "Ruwi" in public, "the thing by its name"
    assert "Shade on the way to school" in portal.browser().get(f"/hackathons/{hackathon}").text


def test_a_desk_names_all_that_is_missing_each_with_its_way(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    bare = HACKATHON | {"code": "bare", "mode": "in_place"}
    made = organiser.browser.send("/hackathons/new", bare)
    assert made.status_code == 303, made.text
    bare_id = made.headers["location"].split("/")[3]
    missing = organiser.browser.get(f"/hackathons/{bare_id}/desk").text.partition('class="checklist"')[2]
    for href, said in (
        ("#description", "place in Arabic, place in English"),
        ("#dates", "Deadline for challenges, Registration opens"),
        ("#challenges", "A challenge must be published"),
    ):
        assert re.search(rf'<a href="{href}">[^<]*{said}', missing), said
    arabic = organiser.browser.get(f"/hackathons/{bare_id}/desk?lang=ar").text
    assert "المكان بالعربية، المكان بالإنجليزية" in arabic


def test_postponing_stands_last_asks_and_needs_a_reason_of_its_own(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    hackathon = announce(portal, organiser, "late")
    desk = organiser.browser.get(f"/hackathons/{hackathon}/desk").text
    for event in ("postpone", "cancel"):
        assert desk.index(f'value="{event}"') > desk.index('id="description"')
    chosen = re.search(r'<select id="reason-postpone[^>]*required>\s*<option value="">', desk)
    assert chosen is not None
    for language in ("en", "ar"):
        page = organiser.browser.get(f"/hackathons/{hackathon}/desk?lang={language}").text
        assert page.count('<details class="final"') == 2


def test_organisers_write_and_publish_a_challenge_of_their_own(portal: Portal) -> None:
    organiser, administrator = portal.appoint(Role.ORGANISER), portal.appoint(Role.ADMINISTRATOR)
    hackathon = announce(portal, organiser, "own-challenge")
    path, other = f"/hackathons/{hackathon}/desk/challenges/new", portal.join()
    agency = found(portal, other, "Wadi agency")
    assert path in organiser.browser.get(f"/hackathons/{hackathon}/desk").text
    sent = CHALLENGE | {"organisation": agency}
    assert organiser.browser.send(path, sent).status_code == 404, "nobody has verified the agency"
    verify(portal, administrator, agency)
    assert other.browser.get(path).status_code == 403
    assert other.browser.send(path, sent).status_code == 403
    made = organiser.browser.send(path, sent)
    assert made.status_code == 303, made.text
    challenge = made.headers["location"].rpartition("/")[2].partition("?")[0]
    edited = organiser.browser.send(f"/challenges/{challenge}/edit", CHALLENGE | {"version": "1"})
    assert edited.status_code == 303, edited.text
    steps = {"event": "publish", "version": "2"}
    assert organiser.browser.send(f"/challenges/{challenge}/step", steps).status_code == 303
    assert portal.browser().get(f"/challenges/{challenge}").status_code == 200
    late = organiser.browser.send(f"/challenges/{challenge}/edit", CHALLENGE | {"version": "3"})
    assert late.status_code == 409, "teams have it"
    assert 'id="challenges"' in organiser.browser.get(f"/hackathons/{hackathon}/desk").text
