"""A term of an ambassador on the pages: applied for, decided about, signed, worked, verified, counted, and ended."""

from __future__ import annotations

import re

import pytest

from casework.access.model import HUB, Role
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.term_scene import (
    DESK,
    EVENT,
    OWN,
    PNG,
    REPORT,
    again,
    agree,
    ambassador_version,
    apply,
    appoint,
    approve,
    belong_together,
    event_id,
    finish,
    later,
    move,
    newest,
    pass_by,
    plan,
    prepare,
    report,
    seen_version,
    step,
    upload,
    verify,
)


@pytest.fixture(scope="module")
def coordinator(portal: Portal) -> Somebody:
    coordinator = portal.appoint(Role.COORDINATOR, HUB, "coordinator")
    for kind in ("conduct", "training"):
        paper = {
            "kind": kind,
            "text_ar": "# الصدق\n\nنقول ما نعلم.",
            "text_en": "# Honesty\n\n<b>We</b> say what we know.",
        }
        assert coordinator.browser.send(f"{DESK}/papers", paper).status_code == 303
    return coordinator


def test_before_there_are_papers_the_desk_leads_to_them(portal: Portal) -> None:
    application = apply(portal.join("early"), "OM-MU")
    desk = portal.appoint(Role.COORDINATOR, HUB, "first").browser.get(f"{DESK}/{application}")
    assert (desk.status_code, f"{DESK}/papers" in desk.text) == (200, True)


def test_an_application_is_written_withdrawn_and_written_again(portal: Portal) -> None:
    muna = portal.join("muna")
    page = muna.browser.get(OWN).text
    assert "Send the application" in page
    assert "Dhofar" in page
    empty = muna.browser.send(OWN, {"governorate": "OM-ZU", "motivation": " ", "language": "en"})
    assert (empty.status_code, "Characters of the motivation" in empty.text) == (422, True)
    assert (
        muna.browser.send(OWN, {"governorate": "OM-XX", "motivation": "x", "language": "en"}).status_code
        == 422
    )
    apply(muna, "OM-ZU")
    page = muna.browser.get(OWN).text
    assert "A coordinator reads your application" in page
    assert "Send the application" not in page
    twice = muna.browser.send(OWN, {"governorate": "OM-ZU", "motivation": "x", "language": "en"})
    assert twice.status_code == 409
    assert muna.browser.send(f"{OWN}/step", {"event": "shortlist", "version": "1"}).status_code == 422
    assert muna.browser.send(f"{OWN}/step", {"event": "withdraw", "version": "1"}).status_code == 303
    apply(muna, "OM-MA")


def test_applications_are_decided_about_and_told_together(portal: Portal, coordinator: Somebody) -> None:
    zahra, talal = portal.join("zahra"), portal.join("talal")
    first, second = apply(zahra, "OM-BU"), apply(talal, "OM-BU")
    for ambassador in (first, second):
        step(coordinator, ambassador, "shortlist")
        step(coordinator, ambassador, "interview")
    prepare(coordinator, first, "approve")
    prepare(coordinator, second, "reject", "places_taken")
    assert "You get a mail with the decision" in zahra.browser.get(OWN).text, "nobody knows before"
    desk = coordinator.browser.get(DESK).text
    chosen = re.findall(r'name="decision" value="([^"]+)"', desk)
    assert len(chosen) == 2
    assert coordinator.browser.send(f"{DESK}/decisions/release", {"decision": chosen}).status_code == 303
    assert "You are approved" in zahra.browser.get(OWN).text
    assert "All places in the governorate are taken" in talal.browser.get(OWN).text
    assert "Apply again" in talal.browser.get(OWN).text
    assert "approved" in [name for name, _ in portal.mails(zahra.email)]
    again = coordinator.browser.send(f"{DESK}/decisions/release", {"decision": chosen})
    assert again.status_code == 409, "told once"


def test_a_decision_is_taken_back_before_it_is_told(portal: Portal, coordinator: Somebody) -> None:
    hamad = portal.join("hamad")
    ambassador = apply(hamad, "OM-WU")
    prepare(coordinator, ambassador, "reject", "time")
    found = re.search(rf"{DESK}/decisions/([0-9a-f-]+)/withdraw", coordinator.browser.get(DESK).text)
    assert found is not None
    assert coordinator.browser.send(f"{DESK}/decisions/{found.group(1)}/withdraw").status_code == 303
    assert f"/decisions/{found.group(1)}" not in coordinator.browser.get(DESK).text
    assert "A coordinator reads your application" in hamad.browser.get(OWN).text


def test_nobody_decides_about_themselves_or_sees_what_is_decided(
    portal: Portal, coordinator: Somebody
) -> None:
    both = portal.appoint(Role.COORDINATOR, HUB, "both")
    ambassador = apply(both, "OM-DA")
    refused = both.browser.send(f"{DESK}/{ambassador}/step", {"event": "shortlist", "version": "1"})
    assert (refused.status_code, "Nobody decides about themselves" in refused.text) == (409, True)
    prepare(coordinator, ambassador, "reject", "time")
    for path in (DESK, f"{DESK}/{ambassador}"):
        assert "Too little time for the task" not in both.browser.get(path).text.partition("<select")[0]
    assert "Too little time for the task" in coordinator.browser.get(f"{DESK}/{ambassador}").text


def test_applications_are_found_by_state_and_by_name_as_it_is_written(
    portal: Portal, coordinator: Somebody
) -> None:
    somebody = portal.join("rayyan")
    somebody.browser.send("/account/names", {"name_ar": "آمنة", "name_en": "Zumurrud", "language": "ar"})
    apply(somebody, "OM-SS")
    for words in ("امنه", "ZUMUR"):
        assert "Zumurrud" in coordinator.browser.get(DESK, params={"q": words}).text
    assert "Zumurrud" not in coordinator.browser.get(DESK, params={"q": "zumurrud", "state": "active"}).text
    assert "Zumurrud" not in coordinator.browser.get(DESK, params={"q": "nobody"}).text
    assert coordinator.browser.get(DESK, params={"state": "unheard"}).status_code == 422
    assert "a list of ambassadors and applications" in somebody.browser.get("/account/readings").text


def test_a_term_begins_when_both_papers_are_done(portal: Portal, coordinator: Somebody) -> None:
    laila = portal.join("laila")
    ambassador = approve(portal, coordinator, laila, "OM-MU")
    page = laila.browser.get(OWN).text
    assert "<h3>Honesty</h3>" in page
    assert "<b>We</b>" not in page, "what a coordinator writes is text"
    assert "الصدق" in laila.browser.get(OWN, params={"lang": "ar"}).text
    laila.browser.get(OWN, params={"lang": "en"})
    desk = coordinator.browser.get(f"{DESK}/{ambassador}").text
    assert "The newest training must be done first" in desk
    old = laila.browser.send(f"{OWN}/conduct", {"version": "0"})
    assert (old.status_code, "newer version" in old.text) == (409, True)
    assert laila.browser.send(f"{OWN}/conduct", {"version": newest(portal, "conduct")}).status_code == 303
    assert laila.browser.send(f"{DESK}/{ambassador}/training", {"version": "1"}).status_code == 403
    training = {"version": newest(portal, "training")}
    assert coordinator.browser.send(f"{DESK}/{ambassador}/training", training).status_code == 303
    step(coordinator, ambassador, "onboard")
    step(coordinator, ambassador, "start")
    page = laila.browser.get(OWN).text
    assert "End of the term" in page
    assert "Plan or name an activity" in page


def assert_files_take_along_what_was_typed(portal: Portal, salim: Somebody, activity: object) -> None:
    path = f"{OWN}/activities/{activity}"
    beside = REPORT | {"account": "Typed beside the file.", "version": seen_version(portal, activity)}
    assert salim.browser.send(f"{path}/evidence", beside, files={"file": ("a.png", PNG)}).status_code == 303
    page = salim.browser.get(path).text
    assert "Typed beside the file." in page
    beside = REPORT | {"account": "Kept.", "version": seen_version(portal, activity)}
    refused = salim.browser.send(f"{path}/evidence", beside, files={"file": ("x.exe", PNG)})
    assert (refused.status_code, "Kept." in refused.text) == (422, True)
    file = re.search(rf"{OWN}/activities/{activity}(/evidence/[0-9a-f-]+/remove)", page)
    assert file is not None
    beside = REPORT | {"version": seen_version(portal, activity)}
    assert salim.browser.send(f"{path}{file.group(1)}", beside).status_code == 303
    assert "Kept." not in salim.browser.get(path).text


def test_an_activity_is_reported_with_evidence_and_verified_by_somebody_else(
    portal: Portal, coordinator: Somebody
) -> None:
    salim = portal.join("salim")
    ambassador = appoint(portal, coordinator, salim, "OM-MU")
    activity = plan(salim, EVENT)
    path, at_desk = f"{OWN}/activities/{activity}", f"/desk/activities/{activity}"
    early = salim.browser.send(f"{path}/step", {"event": "hold", "version": "1"})
    assert early.status_code == 409, "it has not taken place"
    portal.watch.pass_by(days=8)
    salim, coordinator = again(portal, salim), again(portal, coordinator)
    move(salim, activity, "hold")
    wrong = salim.browser.send(f"{path}/report", REPORT | {"minutes": "99999", "version": "2"})
    assert (wrong.status_code, "We measured &lt;air&gt;." in wrong.text) == (422, True), (
        "what was typed stays"
    )
    assert_files_take_along_what_was_typed(portal, salim, activity)
    no_evidence = salim.browser.send(
        f"{path}/step", {"event": "report", "version": seen_version(portal, activity)}
    )
    assert (no_evidence.status_code, "one file" in no_evidence.text) == (409, True)
    assert upload(salim, path, "photo.png", b"MZ not a picture").status_code == 422
    assert upload(salim, path, "photo.exe", PNG).status_code == 422
    assert upload(salim, path, "صورة الفصل.png", PNG).status_code == 303
    move(salim, activity, "report")
    assert upload(salim, path, "late.png", PNG).status_code == 409, "it is handed in"

    assert "Open data for &lt;everybody&gt;" in coordinator.browser.get("/desk/activities").text
    shown = coordinator.browser.get(at_desk).text
    link = re.search(rf"/activities/{activity}/evidence/[0-9a-f-]+", shown)
    assert link is not None
    answer = coordinator.browser.get(link.group(0))
    assert answer.content == PNG
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''%D8%B5")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert portal.join("eve").browser.get(link.group(0)).status_code == 404
    version = seen_version(portal, activity)
    more = coordinator.browser.send(f"{at_desk}/verify", {"counted": "32", "version": version})
    assert (more.status_code, "0–31" in more.text) == (422, True)
    assert salim.browser.send(f"{at_desk}/verify", {"counted": "31", "version": version}).status_code == 403
    assert (
        coordinator.browser.send(f"{at_desk}/verify", {"counted": "25", "version": version}).status_code
        == 303
    )
    page = salim.browser.get(path).text
    assert "It is verified and counts" in page
    assert re.search(r"People counted: <bdi>25</bdi>.*you reported <bdi>31</bdi>", page, re.DOTALL)

    assert portal.browser().get(f"/ambassadors/{ambassador}").status_code == 404, "not before they agree"
    agree(salim, "Teaches about air.")
    public = portal.browser().get(f"/ambassadors/{ambassador}").text
    assert "Open data for &lt;everybody&gt;" in public
    assert "We measured" not in public, "the report is for those who verify"
    everybody = portal.browser().get("/ambassadors").text
    assert re.search(r'at-OM-MU shade-[1-4]".*?<bdi>25</bdi>', everybody, re.DOTALL)
    assert re.search(r'at-OM-ZU shade-0".*?<bdi>0</bdi>', everybody, re.DOTALL)
    assert "Teaches about air." in portal.browser().get("/ambassadors", params={"q": "TEACHES"}).text
    assert (
        "Teaches about air." not in portal.browser().get("/ambassadors", params={"governorate": "OM-ZU"}).text
    )
    assert portal.browser().get("/ambassadors", params={"governorate": "OM-XX"}).status_code == 422


def test_a_report_is_sent_back_and_handed_in_again(portal: Portal, coordinator: Somebody) -> None:
    coordinator, nasser = again(portal, coordinator), portal.join("nasser")
    appoint(portal, coordinator, nasser, "OM-BJ")
    activity = report(portal, nasser, EVENT | {"title": "Sent back", "governorate": "OM-BJ"})
    fields = {"event": "return", "reason": "evidence_unclear", "version": seen_version(portal, activity)}
    assert coordinator.browser.send(f"/desk/activities/{activity}/step", fields).status_code == 303
    page = nasser.browser.get(f"{OWN}/activities/{activity}").text
    assert "There is a question about your report" in page
    assert "The evidence does not show it clearly" in page
    file = re.search(rf"{OWN}/activities/{activity}(/evidence/[0-9a-f-]+/remove)", page)
    assert file is not None
    assert nasser.browser.send(f"{OWN}/activities/{activity}{file.group(1)}").status_code == 303
    assert upload(nasser, f"{OWN}/activities/{activity}", "list.csv", b"name\n").status_code == 303
    move(nasser, activity, "report")


def test_an_event_is_joined_instead_of_named_twice(portal: Portal, coordinator: Somebody) -> None:
    coordinator, first, second = again(portal, coordinator), portal.join("first"), portal.join("second")
    for somebody in (first, second):
        appoint(portal, coordinator, somebody, "OM-SJ")
    event = later(portal, EVENT | {"title": "Robots in Sur", "governorate": "OM-SJ"})
    plan(first, event)
    asked = second.browser.send(f"{OWN}/activities/new", event | {"title": "Robots"})
    assert asked.status_code == 200
    assert "Robots in Sur" in asked.text
    join = re.search(rf"{OWN}/events/[0-9a-f-]+/join", asked.text)
    assert join is not None
    assert second.browser.send(join.group(0)).status_code == 303
    assert second.browser.send(join.group(0)).status_code == 409, "once"
    third = portal.join("third")
    assert third.browser.send(join.group(0)).status_code == 403, "for ambassadors"


def test_two_events_that_are_one_are_joined_and_counted_once(portal: Portal, coordinator: Somebody) -> None:
    coordinator, first, second = again(portal, coordinator), portal.join("one"), portal.join("two")
    for somebody in (first, second):
        appoint(portal, coordinator, somebody, "OM-ZA")
    event = later(portal, EVENT | {"title": "Sensors in Ibri", "governorate": "OM-ZA"})
    kept = report(portal, first, event)
    again(portal, second)
    double = report(portal, second, event | {"title": "Sensors", "is_another": "1"})
    again(portal, first)
    page = again(portal, coordinator).browser.get(f"/desk/activities/{double}").text
    assert "Sensors in Ibri" in page
    into = re.search(r'name="into" value="([^"]+)"', page)
    assert into is not None
    merge = f"/desk/activities/{double}/merge"
    assert first.browser.send(merge, {"into": into.group(1)}).status_code == 403
    assert coordinator.browser.send(merge, {"into": into.group(1)}).status_code == 303
    again(portal, coordinator)
    for activity in (kept, double):
        verify(portal, coordinator, activity, "31")
    everybody = portal.browser().get("/ambassadors").text
    assert re.search(r'at-OM-ZA shade-\d".*?<bdi>31</bdi>', everybody, re.DOTALL)
    assert "<bdi>16</bdi>" not in everybody


def test_a_colleague_sees_nothing_of_an_activity(portal: Portal, coordinator: Somebody) -> None:
    coordinator, yusuf = again(portal, coordinator), portal.join("yusuf")
    colleague = portal.appoint(Role.COORDINATOR, HUB, "colleague")
    administrator = portal.appoint(Role.ADMINISTRATOR, HUB, "administrator")
    ambassador = appoint(portal, coordinator, yusuf, "OM-BS")
    organisation = belong_together(portal, administrator, yusuf, colleague)
    activity = report(portal, yusuf, later(portal, EVENT | {"title": "Hidden talk", "governorate": "OM-BS"}))
    again(portal, coordinator)
    again(portal, colleague)
    assert "Hidden talk" in coordinator.browser.get("/desk/activities").text, organisation
    for path in ("/desk/activities", f"{DESK}/{ambassador}"):
        assert "Hidden talk" not in colleague.browser.get(path).text
    for path in (f"/desk/activities/{activity}", f"{OWN}/activities/{activity}"):
        assert colleague.browser.get(path).status_code == 404
    sent = {"counted": "1", "version": seen_version(portal, activity)}
    assert colleague.browser.send(f"/desk/activities/{activity}/verify", sent).status_code == 404
    waiting = re.compile(r"/desk/activities\">[^<]+</a> \(<bdi>(\d+)</bdi>\)")
    theirs, others = (waiting.findall(one.browser.get(DESK).text)[0] for one in (colleague, coordinator))
    assert int(others) == int(theirs) + 1


def test_whoever_has_a_part_in_an_event_does_not_verify_it(portal: Portal, coordinator: Somebody) -> None:
    coordinator, mona = again(portal, coordinator), portal.join("mona")
    partner = portal.appoint(Role.COORDINATOR, HUB, "partner")
    for somebody in (mona, partner):
        appoint(portal, coordinator, somebody, "OM-MA")
    event = later(portal, EVENT | {"title": "Held by two", "governorate": "OM-MA"})
    activity = plan(mona, event)
    join = f"{OWN}/events/{event_id(portal, activity)}/join"
    assert partner.browser.send(join).status_code == 303
    finish(portal, mona, activity)
    again(portal, partner)
    assert "Held by two" not in partner.browser.get("/desk/activities").text
    refused = partner.browser.send(
        f"/desk/activities/{activity}/verify", {"counted": "1", "version": seen_version(portal, activity)}
    )
    assert (refused.status_code, "does not verify it" in refused.text) == (409, True)


def test_a_quiet_ambassador_is_warned_lapses_and_is_renewed(portal: Portal, coordinator: Somebody) -> None:
    coordinator, quiet = again(portal, coordinator), portal.join("quiet")
    ambassador = appoint(portal, coordinator, quiet, "OM-WU")
    pass_by(portal, 91)
    coordinator, quiet = again(portal, coordinator), again(portal, quiet)
    page = quiet.browser.get(OWN).text
    assert "If nothing happens, the appointment lapses" in page
    desk = coordinator.browser.get(DESK).text
    assert f"{DESK}/{ambassador}" in desk[desk.index("At risk of lapsing") :]
    assert [name for name, _ in portal.mails(quiet.email)][-1] == "at_risk"
    pass_by(portal, 31)
    coordinator, quiet = again(portal, coordinator), again(portal, quiet)
    assert "Your appointment has lapsed" in quiet.browser.get(OWN).text
    assert quiet.browser.get(f"{OWN}/activities/new").text.count("in office") == 1
    planned = quiet.browser.send(f"{OWN}/activities/new", later(portal, EVENT | {"is_another": "1"}))
    assert planned.status_code == 409
    paper = {"kind": "conduct", "text_ar": "نص أحدث", "text_en": "A newer text"}
    assert coordinator.browser.send(f"{DESK}/papers", paper).status_code == 303
    refused = coordinator.browser.send(
        f"{DESK}/{ambassador}/step", {"event": "renew", "version": ambassador_version(portal, ambassador)}
    )
    assert (refused.status_code, "newest code of conduct" in refused.text) == (409, True)
    quiet.browser.send(f"{OWN}/conduct", {"version": newest(portal, "conduct")})
    step(coordinator, ambassador, "renew")
    assert re.search(r"<dt>Term</dt><dd><bdi>2</bdi>", quiet.browser.get(OWN).text)


def test_leave_and_an_end_at_ones_own_wish(portal: Portal, coordinator: Somebody) -> None:
    coordinator, badr = again(portal, coordinator), portal.join("badr")
    ambassador = appoint(portal, coordinator, badr, "OM-ZU")
    agree(badr, "Has told many.")
    for event in ("take_leave", "return", "take_leave", "retire"):
        fields = {"event": event, "version": ambassador_version(portal, ambassador)}
        assert badr.browser.send(f"{OWN}/step", fields).status_code == 303
        public = portal.browser().get(f"/ambassadors/{ambassador}").text
        assert "On leave" not in public, "how somebody stands is their own business"
    assert "Ambassador emeritus" in portal.browser().get(f"/ambassadors/{ambassador}").text
    page = badr.browser.get(OWN).text
    assert "Thank you for what you have done" in page
    assert "Apply again" in page
