"""What somebody was told stands on a page of theirs, read and unread, and is mailed as they choose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.notifications.digest import mail_due
from casework.notifications.model import Notification
from casework.notifications.rules import about_of, digest_text, path_of, paths_above
from casework.notifications.service import list_news, tidy
from casework.notifications.settings import NotificationSettings
from casework.outbox.model import Mail, Template
from casework.outbox.rules import subject_without_fields
from casework.people.model import Names
from casework.programme import Session
from programme.registry import NOUNS
from tests.hub_api.conftest import NOW
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody

HUB = "https://hub.example/portal"
REQUEST, DECIDED = (
    Template("hackathon.contest.teams", "request"),
    Template("hackathon.contest.teams", "decided"),
)
FIELDS: dict[str, Any] = {
    "name": "Salma",
    "other": "Hamad",
    "team": "Palm shade",
    "state": "complete",
    "link": f"{HUB}/account/teams",
    "stop_link": f"{HUB}/searches/stop?token=x",
}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"link": f"{HUB}/needs/7"}, "/needs/7"),
        (
            {"stop_link": f"{HUB}/searches/stop?token=x", "need_link": f"{HUB}/needs/7?start=20"},
            "/needs/7?start=20",
        ),
        ({"link": f"{HUB}/account/password?token=x"}, None),
        ({"link": f"{HUB}/account/password?token=x", "own_link": f"{HUB}/account"}, "/account"),
        ({"link": "https://elsewhere.example/needs/7"}, None),
        ({"name": f"{HUB}/needs/7"}, None),
    ],
)
def test_it_leads_where_one_acts_and_carries_no_secret(fields: dict[str, str], path: str | None) -> None:
    assert path_of(fields) == path


def test_it_says_what_it_belongs_to_once() -> None:
    assert about_of({"team": "Palm shade", "hackathon": "Ruwi"}, "Your team: complete") == "Palm shade"
    assert about_of({"hackathon": "Ruwi"}, "You are a mentor of Ruwi") == ""
    assert about_of({"title": "See https://evil.example now"}, "News") == "See … now"


def test_mails_that_may_be_left_out_are_mails_of_the_hub() -> None:
    for code in NotificationSettings().may_wait:
        assert subject_without_fields(code, "en", NOUNS.packages), code
    assert not {code for code in NotificationSettings().may_wait if code.startswith("people/")}


def tell(portal: Portal, somebody: Somebody, template: Template = REQUEST) -> None:
    def work(session: Session) -> None:
        session.send([Mail(template, "en", somebody.email, FIELDS, somebody.person_id)], session.now())

    portal.office.programme.call(ANONYMOUS, work)


def mailed(portal: Portal, somebody: Somebody) -> list[str]:
    return [name for name, _ in portal.mails(somebody.email) if name != "confirm"]


@pytest.fixture
def reader(portal: Portal) -> Somebody:
    """Whoever has read what they were told before."""
    somebody = portal.join()
    assert somebody.browser.send("/account/notifications/read").status_code == 303
    return somebody


def head(reader: Somebody) -> str:
    return str(reader.browser.get("/hackathons").text).partition("<main")[0]


def test_each_is_read_once_it_was_opened(portal: Portal, reader: Somebody) -> None:
    assert "unread" not in head(reader)
    tell(portal, reader)
    tell(portal, reader, DECIDED)
    assert "(<bdi>2</bdi>" in head(reader)
    page = reader.browser.get("/account/notifications").text
    assert page.count("Palm shade") == 2
    (one, *_) = (
        portal.store.execute(
            "SELECT notification_id FROM innovation.notifications WHERE person_id = %s ORDER BY template DESC",
            [reader.person_id],
        ).fetchone()
        or ()
    )
    opened = f"/account/notifications/{one}/open"
    assert portal.join("hamad").browser.send(opened).status_code == 404
    assert reader.browser.send(opened).headers["location"] == "/portal/account/teams"
    assert "(<bdi>1</bdi>" in head(reader)
    assert "Your team" in page
    assert "Your team" not in reader.browser.get("/account/notifications?lang=ar").text
    reader.browser.send("/account/notifications/read")
    assert "unread" not in head(reader)


def test_it_is_read_in_the_language_of_the_page_whatever_that_of_the_mail(
    portal: Portal, reader: Somebody
) -> None:
    def work(session: Session) -> None:
        fields = FIELDS | {"team": Names("ظل النخيل", "Palm shade").shown}
        session.send([Mail(REQUEST, "ar", reader.email, fields, reader.person_id)], session.now())

    portal.office.programme.call(ANONYMOUS, work)
    ((_, mailed_fields),) = [one for one in portal.mails(reader.email) if one[0] == "request"]
    assert mailed_fields["team"] == "ظل النخيل"
    shown = {code: reader.browser.get(f"/account/notifications?lang={code}").text for code in ("en", "ar")}
    assert ["Palm shade" in shown["en"], "ظل النخيل" in shown["en"]] == [True, False]
    assert ["Palm shade" in shown["ar"], "ظل النخيل" in shown["ar"]] == [False, True]


def test_whoever_has_done_it_is_not_told_of_it_as_new(portal: Portal, reader: Somebody) -> None:
    def tell_of(path: str) -> None:
        def work(session: Session) -> None:
            fields = FIELDS | {"link": f"{HUB}{path}"}
            session.send([Mail(REQUEST, "en", reader.email, fields, reader.person_id)], session.now())

        portal.office.programme.call(ANONYMOUS, work)

    tell_of("/account/notifications")
    tell_of("/account/teams")
    assert "(<bdi>2</bdi>" in head(reader)
    reader.browser.send("/account/notifications/choice", {"choice": "daily"})
    assert "(<bdi>1</bdi>" in head(reader)
    assert "New for you" in reader.browser.get("").text
    assert paths_above("/needs/7/step") == ["/needs/7/step", "/needs/7"]
    portal.watch.pass_by(hours=24 * 15)
    news = portal.office.programme.call(Actor(reader.person_id), list_news, 4)
    assert news == [], "after two weeks it is no news any more"


def test_what_may_wait_is_mailed_as_one_chooses_and_the_rest_at_once(
    portal: Portal, reader: Somebody
) -> None:
    tell(portal, reader)
    assert mailed(portal, reader) == ["request"]
    assert reader.browser.send("/account/notifications/choice", {"choice": "none"}).status_code == 303
    tell(portal, reader)
    tell(portal, reader, DECIDED)
    assert mailed(portal, reader) == ["decided", "request"]
    assert reader.browser.send("/account/notifications/choice", {"choice": "weekly"}).status_code == 422

    reader.browser.send("/account/notifications/choice", {"choice": "daily"})
    tell(portal, reader)
    programme = portal.office.programme
    assert mail_due(programme) == 0
    portal.watch.pass_by(hours=48)
    assert (mail_due(programme), mail_due(programme)) == (1, 0)
    portal.store.commit()
    name, fields = portal.mails(reader.email)[-1]
    assert (name, fields["news"].count("Palm shade")) == ("digest", 1)
    assert "/account/teams" in fields["news"]
    # The mail of the day is no news itself. Two days end a session.
    reader.browser.client.cookies.delete("falaj_session")
    fields = {"email": reader.email, "password": PASSWORD}
    assert reader.browser.send("/account/sign-in", fields).status_code == 303
    assert reader.browser.get("/account/notifications").text.count("Palm shade") == 4


def test_they_end_after_a_time_and_no_more_are_kept_than_one_reads(portal: Portal, reader: Somebody) -> None:
    for _ in range(3):
        tell(portal, reader)
    programme = portal.office.programme
    kept = programme.of(NotificationSettings)
    assert tidy(programme) == 0
    portal.watch.at += timedelta(days=kept.days_kept + 1)
    assert tidy(programme) >= 3


def test_the_mail_of_the_day_has_each_link_on_a_line_of_its_own() -> None:
    told = [Notification(UUID(int=1), Names("عنوان", "A subject"), Names("شجر", "Trees"), None, NOW, None)]
    assert digest_text(told, "en", HUB) == f"– A subject: Trees\n{HUB}/account/notifications\n"
