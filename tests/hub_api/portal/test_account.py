"""Signing up, in and out, the profile, and what every form must have."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import escape, unescape
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from casework.access.model import Role
from citycore.settings import StoreSettings
from hub_api.app import create_app
from hub_api.programme.kit.office import Office
from hub_api.programme.kit.rendering import headers
from hub_api.programme.kit.request import own_path, session_cookie
from hub_api.settings import ApiSettings
from stack.ports import free_port
from tests.hub_api.conftest import NOW
from tests.hub_api.portal.conftest import PASSWORD, Portal, office_settings


@pytest.mark.parametrize(("language", "greeting"), [("en", "Your account is open"), ("ar", "فُتح حسابك")])
def test_somebody_signs_up_confirms_and_is_in(portal: Portal, language: str, greeting: str) -> None:
    browser, email = portal.browser(language), portal.address()
    answer = browser.send("/account/sign-up", {"email": email, "name_ar": "سلمى الحارثية"})
    assert answer.headers["location"] == "/portal/account/sent?what=confirm"
    link = dict(portal.mails(email))["confirm"]["link"]
    assert link.startswith("http://hub.test/portal/account/confirm?token=")
    page = portal.run(browser.client.get(link))
    assert email in page.text
    token = link.rpartition("token=")[2]
    short = browser.send("/account/confirm", {"token": token, "password": "short"})
    assert (short.status_code, 'role="alert"' in short.text) == (422, True)
    done = browser.send("/account/confirm", {"token": token, "password": PASSWORD})
    assert done.headers["location"] == "/portal"
    profile = browser.get("/account")
    assert greeting in profile.text
    assert greeting not in browser.get("/account").text, "told once"
    again = browser.send("/account/confirm", {"token": token, "password": PASSWORD})
    assert again.status_code == 410


def test_who_is_known_already_is_answered_the_same(portal: Portal) -> None:
    salma, browser = portal.join(), portal.browser()
    answers = [
        browser.send("/account/sign-up", {"email": email, "name_en": "Salma"})
        for email in (salma.email, portal.address())
    ]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {
        (303, "/portal/account/sent?what=confirm")
    }
    asked = [
        browser.send("/account/forgotten", {"email": email}) for email in (salma.email, portal.address())
    ]
    assert {(one.status_code, one.headers["location"]) for one in asked} == {
        (303, "/portal/account/sent?what=password")
    }
    assert [name for name, _ in portal.mails(salma.email)] == ["confirm", "known_already", "set_password"]


def test_signing_in_gives_a_new_session_and_leads_on(portal: Portal) -> None:
    salma = portal.join()
    old = salma.browser.client.cookies["falaj_session"]
    wrong = portal.browser().send("/account/sign-in", {"email": salma.email, "password": "something else"})
    assert wrong.status_code == 422
    assert "falaj_session" not in wrong.cookies
    fields = {"email": salma.email, "password": PASSWORD, "next": "/portal/account/readings"}
    answer = salma.browser.send("/account/sign-in", fields)
    assert answer.headers["location"] == "/portal/account/readings"
    assert salma.browser.client.cookies["falaj_session"] != old
    stranger = portal.browser()
    stranger.client.cookies.set("falaj_session", old)
    assert stranger.get("/account").status_code == 303, "the old session has ended"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/portal/",
        "/docs",
        "/portal/\\x",
        "",
        "/portal/\nx",
        "//[x",
        "javascript:/portal/",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(wanted: str) -> None:
    assert own_path(wanted) == ""


def test_signing_up_leads_on_to_where_somebody_was_going(portal: Portal) -> None:
    browser, email = portal.browser(), portal.address()
    wanted = "/portal/account/readings?before=7&lang=en"
    asked = browser.get(wanted.removeprefix("/portal"))
    page = portal.run(browser.client.get(asked.headers["location"])).text
    found = re.search(r'href="(/portal/account/sign-up\?next=[^"]+)"', page)
    assert found is not None
    page = portal.run(browser.client.get(unescape(found.group(1)))).text
    assert f'name="next" value="{escape(wanted)}"' in page
    refused = browser.send("/account/sign-up", {"email": "nobody", "next": wanted})
    assert f'name="next" value="{escape(wanted)}"' in refused.text, "kept beside what was typed"
    browser.send("/account/sign-up", {"email": email, "name_en": "Salma", "next": wanted})
    link = dict(portal.mails(email))["confirm"]["link"]
    page = portal.run(browser.client.get(link)).text
    assert f'name="next" value="{escape(wanted)}"' in page
    fields = {"token": portal.token(email, "confirm"), "next": wanted}
    short = browser.send("/account/confirm", fields | {"password": "short"})
    assert f'name="next" value="{escape(wanted)}"' in short.text
    done = browser.send("/account/confirm", fields | {"password": PASSWORD})
    assert done.headers["location"] == wanted
    browser.send("/account/sign-up", {"email": email, "name_en": "Salma", "next": wanted})
    known = dict(portal.mails(email))["known_already"]["sign_in_link"]
    assert known.endswith("/account/sign-in?next=%2Fportal%2Faccount%2Freadings%3Fbefore%3D7%26lang%3Den")


def test_a_link_in_a_language_leads_to_signing_in_in_it(portal: Portal) -> None:
    browser = portal.browser()
    led = browser.get("/account/readings?lang=ar").headers["location"]
    assert led.endswith("&lang=ar")
    assert 'lang="ar"' in portal.run(browser.client.get(led)).text
    assert "lang=" not in browser.get("/account/readings").headers["location"]


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/portal/", "/portal/\\x"]
)
def test_nobody_is_led_elsewhere_after_signing_up(portal: Portal, wanted: str) -> None:
    browser, email = portal.browser(), portal.address()
    browser.send("/account/sign-up", {"email": email, "name_en": "Salma", "next": wanted})
    assert "next=" not in dict(portal.mails(email))["confirm"]["link"], "the mail leads nowhere else"
    fields = {"token": portal.token(email, "confirm"), "password": PASSWORD, "next": wanted}
    assert browser.send("/account/confirm", fields).headers["location"] == "/portal"


def test_a_mail_carries_no_long_text_of_a_stranger(portal: Portal) -> None:
    browser, email = portal.browser(), portal.address()
    most = portal.office.settings.portal.onward_characters_max
    browser.send("/account/sign-up", {"email": email, "name_en": "S", "next": f"/portal/{'x' * most}"})
    assert "next=" not in dict(portal.mails(email))["confirm"]["link"]


def test_a_page_that_needs_somebody_leads_to_signing_in_and_back(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.get("/account/readings?before=7")
    assert answer.status_code == 303
    page = portal.run(browser.client.get(answer.headers["location"]))
    assert 'name="next" value="/portal/account/readings?before=7"' in page.text


def test_a_session_can_be_ended_from_another_browser(portal: Portal) -> None:
    salma, phone = portal.join(), portal.browser()
    phone.send("/account/sign-in", {"email": salma.email, "password": PASSWORD})
    page = salma.browser.get("/account").text
    (path,) = {
        part.partition('"')[0]
        for part in page.split('action="/portal')[1:]
        if part.partition('"')[0].endswith("/end")
    }
    assert salma.browser.send(path).status_code == 303
    assert phone.get("/account").status_code == 303
    assert salma.browser.get("/account").status_code == 200
    assert salma.browser.send("/account/sessions/end-all").status_code == 303
    assert salma.browser.get("/account").status_code == 303


def test_names_password_and_address_change(portal: Portal) -> None:
    salma, new = portal.join(), portal.address("new")
    browser = salma.browser
    assert browser.send("/account/names", {"name_en": "<b>Salma</b>", "language": "ar"}).status_code == 303
    page = browser.get("/account").text
    assert "&lt;b&gt;Salma&lt;/b&gt;" in page
    assert "<b>Salma" not in page
    assert browser.send("/account/names", {"name_en": "", "language": "ar"}).status_code == 422
    wrong = browser.send("/account/password/change", {"current": "not it at all", "password": PASSWORD + "!"})
    assert wrong.status_code == 422
    fresh = {"current": PASSWORD, "password": PASSWORD + "!"}
    assert browser.send("/account/password/change", fresh).status_code == 303
    asked = browser.send("/account/email/change", {"email": new, "proof": PASSWORD + "!"})
    assert asked.status_code == 303
    for address, template in ((salma.email, "leave_email"), (new, "take_email")):
        token = portal.token(address, template)
        assert browser.get(f"/account/email?token={token}").status_code == 200
        assert browser.send("/account/email", {"token": token}).status_code == 303
    assert new in browser.get("/account").text


def test_all_of_ones_data_comes_as_one_file(portal: Portal) -> None:
    salma = portal.join()
    answer = salma.browser.send("/account/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        data = json.loads(archive.read("data.json"))
    assert data["sections"]["account"][0]["email"] == salma.email


def test_who_leaves_can_come_back(portal: Portal) -> None:
    salma = portal.join()
    assert salma.browser.send("/account/erase", {"version": "7"}).status_code == 409, "another version"
    assert salma.browser.send("/account/erase", {"version": "1"}).status_code == 303
    assert salma.browser.get("/account").status_code == 303
    back = salma.browser.send("/account/sign-in", {"email": salma.email, "password": PASSWORD})
    assert back.headers["location"] == "/portal/account"
    assert "will be erased on" in salma.browser.get("/account").text
    assert salma.browser.send("/account/keep", {"version": "2"}).status_code == 303
    assert "will be erased on" not in salma.browser.get("/account").text


def test_the_last_administrator_is_told_why_not(portal: Portal) -> None:
    first = portal.appoint(Role.ADMINISTRATOR)
    answer = first.browser.send("/account/erase", {"version": "1"})
    assert answer.status_code == 409
    assert "Name another administrator first" in answer.text


def test_a_form_counts_only_in_the_browser_that_it_was_made_for(portal: Portal) -> None:
    salma, eve = portal.join(), portal.join("eve")
    fields = {"name_en": "Mallory", "language": "en"}
    for token in ("", "x", eve.browser.form_token()):
        answer = salma.browser.send("/account/names", fields | {"form_token": token})
        assert (answer.status_code, "form_foreign" in answer.text) == (403, True)
    own = salma.browser.form_token()
    for elsewhere in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        answer = salma.browser.send("/account/names", fields | {"form_token": own}, headers=elsewhere)
        assert answer.status_code == 403
    assert "Mallory" not in salma.browser.get("/account").text
    assert (
        salma.browser.send("/account/names", fields, headers={"Origin": "http://hub.test"}).status_code == 303
    )


def test_forms_are_bounded(portal: Portal) -> None:
    browser = portal.join().browser
    large = browser.send("/account/names", {"name_en": "x" * 300_000})
    assert (large.status_code, "form_too_large" in large.text) == (413, True)
    many = browser.send("/account/names", {f"f{number}": "x" for number in range(500)})
    assert (many.status_code, "form_unreadable" in many.text) == (422, True)
    for sent in (
        {"content": b"name_en=%00"},
        {"content": b"\xff=1"},
        {"json": {"name_en": "x"}},
        {"content": b"a=%ff"},
    ):
        kind = {} if "json" in sent else {"headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        answer = portal.run(browser.client.post("/portal/account/names", **sent, **kind))
        assert answer.status_code == 422, sent


def test_pages_say_how_browsers_are_to_treat_them(portal: Portal) -> None:
    for path in ("", "/account/sign-in", "/nothing"):
        fields = portal.browser().get(path).headers
        assert fields["cache-control"] == "private, no-store"
        policy = fields["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert fields["x-content-type-options"] == "nosniff"
        assert fields["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in fields, "only where the portal is reached by https"


def test_errors_are_pages_in_both_languages(portal: Portal) -> None:
    for language, words in (("en", "There is no such page"), ("ar", "لا توجد صفحة كهذه")):
        answer = portal.browser(language).get("/nothing")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert f"<h1>{words}</h1>" in answer.text
        assert "<code>404 no_such_path</code>" in answer.text
        assert "/docs." not in answer.text, "that is for programmers"


def test_the_language_that_was_chosen_stays(portal: Portal) -> None:
    browser = portal.browser("en")
    assert '<html lang="ar" dir="rtl">' in browser.get("?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in browser.get("/account/sign-up").text
    assert 'href="/portal/account/email?token=x&amp;lang=en"' in browser.get("/account/email?token=x").text


@pytest.mark.parametrize(
    ("reads", "account"),
    [("en", "ar"), ("ar", "en")],
)
def test_signing_in_stays_in_the_language_that_was_read(portal: Portal, reads: str, account: str) -> None:
    salma, browser = portal.join(language=account), portal.browser(account)
    browser.get(f"/account/sign-in?lang={reads}")
    assert browser.send("/account/sign-in", {"email": salma.email, "password": PASSWORD}).status_code == 303
    assert f'<html lang="{reads}"' in browser.get("/account").text
    stored = portal.store.execute("SELECT language FROM innovation.people WHERE email = %s", [salma.email])
    assert stored.fetchone() == (account,), "mails go on in the language of the account"


def test_a_browser_that_says_no_language_gets_that_of_the_account(portal: Portal) -> None:
    salma, browser = portal.join(language="ar"), portal.browser("fr")
    assert '<html lang="en"' in browser.get("/account/sign-in").text
    assert browser.send("/account/sign-in", {"email": salma.email, "password": PASSWORD}).status_code == 303
    assert '<html lang="ar"' in browser.get("/account").text


@pytest.mark.parametrize(("language", "next_step"), [("en", "Check the address"), ("ar", "تحقق من العنوان")])
def test_pages_of_errors_keep_who_is_signed_in(portal: Portal, language: str, next_step: str) -> None:
    salma = portal.join(language=language)
    name = salma.names.shown("ar" if language == "ar" else "en")
    for path, status in (("/nothing", 404), ("/teams/x", 422), ("/desk", 403), (f"/teams/{uuid4()}", 404)):
        answer = salma.browser.get(path)
        assert answer.status_code == status
        assert name in answer.text, path
        assert 'href="/portal/account"' in answer.text, "the menu of whoever is signed in"
        assert 'action="/portal/account/sign-out"' in answer.text
        assert f'<html lang="{language}"' in answer.text
    assert next_step in salma.browser.get("/nothing").text
    foreign = salma.browser.send_once("/teams/join", {"form_token": "other"})
    assert foreign.status_code == 403
    assert name in foreign.text


def test_pages_of_errors_do_without_a_name_where_the_database_is_away(portal: Portal) -> None:
    office = portal.office
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "_store", office._store.model_copy(update={
            "portal_url": SecretStr("postgresql://falaj_portal@127.0.0.1:9/falaj"), "pool_wait_seconds_max": 0.5,
        }))  # fmt: skip
        patch.setattr(office, "_pool", None)
        browser = portal.browser()
        browser.client.cookies.set("falaj_session", "some session")
        for path, status in (("/nothing", 404), ("", 503)):
            answer = browser.get(path)
            assert answer.status_code == status
            assert "sign-out" not in answer.text
        assert "few minutes" in answer.text


def test_by_https_cookies_are_bound_to_the_host() -> None:
    office = Office(StoreSettings(), office_settings("https://hub.example/portal"), lambda: NOW)
    assert session_cookie(office) == "__Host-falaj_session"
    assert headers(office, "en")["Strict-Transport-Security"].startswith("max-age=")


def test_signing_out_ends_the_session(portal: Portal) -> None:
    salma = portal.join()
    old = salma.browser.client.cookies["falaj_session"]
    assert salma.browser.send("/account/sign-out").status_code == 303
    assert salma.browser.get("/account").status_code == 303
    salma.browser.client.cookies.set("falaj_session", old)
    assert salma.browser.get("/account").status_code == 303


def test_the_start_page_counts_what_reports(portal: Portal) -> None:
    page = portal.browser().get("")
    assert page.status_code == 200
    assert "things report live" in page.text


def test_the_other_language_is_reached_from_a_refused_form_too(portal: Portal) -> None:
    browser = portal.browser()
    elsewhere = "https://elsewhere.example/portal/x"
    for referer, expected in (
        ("http://hub.test/portal/account/sign-up", "/portal/account/sign-up?lang=ar"),
        (elsewhere, "/portal?lang=ar"),
    ):
        page = browser.send("/account/sign-up", {"email": "nobody"}, headers={"Referer": referer}).text
        assert f'<a class="language" href="{expected}" lang="ar"' in page


def test_without_its_database_the_portal_says_so_on_a_page(portal: Portal) -> None:
    away = StoreSettings(
        portal_url=SecretStr(f"postgresql://falaj_portal@127.0.0.1:{free_port()}/falaj"),
        pool_wait_seconds_max=0.2,
    )
    app = create_app(ApiSettings(), away, office=office_settings())

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
            try:
                return await client.get("/portal/hackathons", headers={"Accept-Language": "ar"})
            finally:
                await app.state.office.close()

    answer = portal.run(ask())
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "<h1>البوابة غير متاحة مؤقتًا</h1>" in answer.text
    assert "127.0.0.1" not in answer.text
