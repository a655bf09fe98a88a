"""Annotations from the desk to the open data: what can be written, by whom, and what everybody sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.access.model import Role
from casework.access_tokens.model import TokenScope
from casework.annotations.model import Kind, Note, Span
from casework.annotations.noun import HOLDER
from casework.annotations.rules import days, wrong_note
from casework.annotations.settings import AnnotationSettings
from hub_api.programme.casework.annotations.pages import NOTE, read_span, write_span
from hub_api.programme.kit.errors import DateUnreadable
from hub_api.programme.kit.forms import Form
from tests.hackathon.annotation_specimens import store_annotation
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.portal.conftest import Portal, Somebody

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = datetime(2026, 11, 23, 20, tzinfo=UTC)
GOOD = Note(kind=Kind.WORKS, title_en="Road works", place="seeb", span=Span(NOW, NOW + timedelta(hours=2)))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"title_en": "", "title_ar": "أعمال"}, None),
        ({"title_en": "<b>{datum.x}</b> \u200fوسم"}, None),
        ({"text_en": "One line\nand another"}, None),
        ({"title_en": " "}, ("annotation_untitled", "title_ar")),
        ({"title_en": "x" * 121}, ("wrong_field", "title_en")),
        ({"text_ar": "س" * 1_000_000}, ("wrong_field", "text_ar")),
        ({"title_en": "Two\nlines"}, ("annotation_text_unfit", "title_en")),
        ({"title_ar": "\u202eهنا"}, ("annotation_text_unfit", "title_ar")),
        ({"text_en": "\u2069x"}, ("annotation_text_unfit", "text_en")),
        ({"place": ""}, ("annotation_without_subject", "place")),
        ({"place": "", "observed_property": "pm2_5"}, None),
        ({"thing": "x" * 64}, ("wrong_field", "thing")),
        ({"span": Span(NOW)}, None),
        ({"span": Span(NOW, NOW)}, ("annotation_ends_too_early", "ends_at")),
        ({"span": Span(NOW, NOW - HOUR)}, ("annotation_ends_too_early", "ends_at")),
        ({"span": Span(NOW, NOW + timedelta(days=1_831))}, ("annotation_endless", "ends_at")),
        ({"span": Span(NOW, NOW + timedelta(days=1_900))}, ("annotation_out_of_time", "ends_at")),
        ({"span": Span(datetime(9999, 12, 31, 23, tzinfo=UTC))}, ("annotation_out_of_time", "starts_at")),
        ({"span": Span(NOW, datetime.max.replace(tzinfo=UTC))}, ("annotation_out_of_time", "ends_at")),
        ({"span": Span(datetime.min.replace(tzinfo=UTC))}, ("annotation_out_of_time", "starts_at")),
        ({"span": Span(DAY, DAY + 24 * HOUR, is_whole_days=True)}, None),
        ({"span": Span(DAY, DAY + 25 * HOUR, is_whole_days=True)}, ("annotation_days_broken", "starts_at")),
        ({"span": Span(DAY, is_whole_days=True)}, ("annotation_days_broken", "starts_at")),
    ],
)
def test_what_can_be_written(change: dict[str, Any], refusal: tuple[str, str] | None) -> None:
    found = next(wrong_note(replace(GOOD, **change), AnnotationSettings(), NOW), None)
    told = None if found is None else (found.slug, found.details["field"].key.removeprefix("field."))
    assert told == refusal


@pytest.mark.parametrize(
    ("sent", "span"),
    [
        ({"starts_on": "2026-11-24"}, Span(DAY, DAY + 24 * HOUR, is_whole_days=True)),
        (
            {"starts_on": "2026-11-24", "ends_on": "2026-11-25"},
            Span(DAY, DAY + 48 * HOUR, is_whole_days=True),
        ),
        ({"starts_on": "2026-11-24", "start_time": "12:00"}, Span(NOW)),
        ({"starts_on": "2026-11-24", "start_time": "12:00", "end_time": "13:00"}, Span(NOW, NOW + HOUR)),
        (
            {
                "starts_on": "2026-11-24",
                "start_time": "12:00",
                "ends_on": "2026-11-25",
                "end_time": "12:00:30",
            },
            Span(NOW, NOW + 24 * HOUR + timedelta(seconds=30)),
        ),
    ],
)
def test_days_hours_and_instants_come_back_as_they_were_typed(sent: dict[str, str], span: Span) -> None:
    assert read_span(Form({name: [text] for name, text in sent.items()})) == span
    assert read_span(Form(write_span(span))) == span


@pytest.mark.parametrize(
    "sent",
    [
        {"starts_on": ""},
        {"starts_on": "9999-12-31"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "2026-11-24", "ends_on": "never"},
        {"starts_on": "2026-11-24", "start_time": "25:00"},
    ],
)
def test_what_is_no_date_is_said(sent: dict[str, str]) -> None:
    with pytest.raises(DateUnreadable):
        read_span(Form({name: [text] for name, text in sent.items()}))


def officer(portal: Portal, role: Role = Role.DUTY_OFFICER, name: str = "duty") -> Somebody:
    return portal.appoint(role, name=name)


def listed(portal: Portal, query: str = "") -> list[dict[str, Any]]:
    answer = portal.run(
        portal.browser().client.get(f"/v1/annotations{query}", headers={"Accept": "application/json"})
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_an_annotation_from_the_desk_to_everybody_and_back(portal: Portal) -> None:
    duty, other = officer(portal), officer(portal, Role.ADMINISTRATOR, "admin")
    form = NOTE.write(replace(GOOD, title_en="Works <script>", span=days(NOW.date(), NOW.date())))
    sent = {name: texts[0] for name, texts in form.items()}
    begun = duty.browser.get("/desk/annotations/new?place=seeb&starts_on=2026-11-24").text
    assert 'value="2026-11-24"' in begun
    for wrong, said in (
        ({"place": "atlantis"}, "nothing with the code “atlantis”"),
        ({"ends_on": "2026-11-20"}, "end after it begins"),
        ({"title_en": ""}, "Give it a title"),
    ):
        refused = duty.browser.send("/desk/annotations/new", sent | wrong)
        assert (refused.status_code, said in refused.text) == (422, True), said
    made = duty.browser.send("/desk/annotations/new", sent)
    assert made.status_code == 303, made.text
    path = made.headers["location"].removeprefix("/portal").partition("?")[0]
    own = path.rpartition("/")[2]

    (row,) = listed(portal, f"?place=seeb&start={DAY:%Y-%m-%dT%H:%M:%SZ}")
    assert (row["annotation"], row["author_role"], row["name"]["ar"]) == (
        own,
        "duty_officer",
        "Works <script>",
    )
    assert (row["whole_days"], row["end"], row["place_name"]["ar"]) == (
        True,
        "2026-11-24T20:00:00Z",
        "السيب",
    )
    assert "duty" not in str({**row, "author_role": "", "author_role_name": ""}).lower(), "nobody is named"
    assert "Works &lt;script&gt;" in duty.browser.get("/desk/annotations").text

    corrected = other.browser.send(f"{path}/edit", sent | {"title_en": "Road works", "version": "1"})
    assert corrected.status_code == 303, corrected.text
    assert duty.browser.send(f"{path}/edit", sent | {"version": "1"}).status_code == 409
    (row,) = listed(portal, "?place=seeb")
    assert (row["name"]["en"], row["author_role"]) == ("Road works", "duty_officer")
    answer = portal.run(portal.browser().client.get("/v1/search?q=road works&kind=annotation"))
    assert answer.status_code == 200

    gone = duty.browser.send(f"{path}/step", {"event": "withdraw", "reason": "mistaken", "version": "2"})
    assert gone.status_code == 303, gone.text
    assert listed(portal, "?place=seeb") == [], "the one of Matrah stays, this one is gone"
    assert portal.run(portal.browser().client.get(f"/v1/annotations/{own}")).status_code == 404
    assert duty.browser.send(f"{path}/edit", sent | {"version": "3"}).status_code == 409
    assert own in duty.browser.get("/desk/annotations?state=withdrawn&lang=ar").text
    with portal.city.database.connect() as connection:
        lines = connection.execute(
            "SELECT event, subject FROM innovation.audit WHERE object = %s ORDER BY position", [own]
        ).fetchall()
    assert lines == [
        ("write", str(duty.person_id)),
        ("correct", str(other.person_id)),
        ("withdraw", str(duty.person_id)),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"seeb", "thing", "pm", "old"}),
        ("?place=seeb", {"seeb", "old", "thing"}),
        ("?place=seeb&general=true", {"seeb", "old", "thing", "pm"}),
        ("?place=matrah&general=true", {"pm"}),
        ("?observed_property=pm2_5", {"pm"}),
        ("?observed_property=pm2_5&general=true", {"seeb", "thing", "pm", "old"}),
        ("?kind=incident", {"old"}),
        ("?start=2026-11-24T08:00:00Z", {"seeb", "thing", "pm"}),
        ("?start=2026-11-24T07:00:00Z&end=2026-11-24T08:00:00Z", {"pm"}),
        ("?end=2026-11-01T00:00:00Z", {"old"}),
    ],
)
def test_what_a_window_and_a_place_hold(portal: Portal, query: str, found: set[str]) -> None:
    with portal.city.database.connect() as owner:
        owner.execute("DELETE FROM innovation.annotations")
        (thing,) = owner.execute("SELECT code FROM things WHERE place_code = 'seeb' ORDER BY code").fetchone() or (
            None,
        )  # fmt: skip
        for title, change in {
            "seeb": "place = 'seeb'",
            "thing": f"place = NULL, thing = '{thing}'",
            "pm": "place = NULL, observed_property = 'pm2_5', starts_at = starts_at - interval '1 h',"
            " ends_at = starts_at + interval '1 h'",
            "old": "starts_at = starts_at - interval '40 d', kind = 'incident'",
        }.items():
            own = store_annotation(owner, title)
            owner.execute(
                f"UPDATE innovation.annotations SET {change} WHERE annotation_id = %s".encode(), [own]
            )
    rows = listed(portal, query)
    assert {row["name"]["en"] for row in rows} == found
    assert [row["start"] for row in rows] == sorted((row["start"] for row in rows), reverse=True)
    paged = listed(portal, f"{query}{'&' if query else '?'}limit=1")
    assert paged == rows[:1]


def test_every_page_of_the_list_goes_on_where_the_one_before_ended(portal: Portal) -> None:
    with portal.city.database.connect() as owner:
        owner.execute("DELETE FROM innovation.annotations")
        own = {str(store_annotation(owner, f"{number}")) for number in range(3)}
    client, seen, cursor = portal.browser().client, [], ""
    for _ in range(3):
        answer = portal.run(client.get(f"/v1/annotations?limit=1{cursor}")).json()
        seen += [row["annotation"] for row in answer["data"]]
        cursor = f"&cursor={answer['next']}"
    assert (set(seen), answer["next"]) == (own, None)
    assert portal.run(client.get("/v1/annotations?cursor=x")).status_code == 409
    assert portal.run(client.get("/v1/annotations.csv")).text.count("\n") == 4
    unknown = portal.run(client.get("/v1/annotations?place=atlantis"))
    assert (unknown.status_code, "atlantis" in unknown.text) == (404, True)


def test_programs_write_correct_and_withdraw(portal: Portal) -> None:
    duty = officer(portal)
    program = Program(portal, token_of(portal, duty.person_id, TokenScope.ANNOTATIONS_WRITE))
    body = {
        "kind": "sensor", "title_ar": "نُظّف المستشعر", "observed_property": "pm2_5", "start": "2026-11-24T08:00:00Z",
    }  # fmt: skip
    made = program.ask("POST", "/desk/annotations", body)
    assert made.status_code == 200, made.text
    own, path = made.json()["data"], f"/desk/annotations/{made.json()['data']['annotation']}"
    assert (own["state"], own["version"], own["end"]) == ("published", 1, None)
    wrong = program.ask("POST", "/desk/annotations", body | {"end": "2026-11-24T07:00:00Z"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "annotation_ends_too_early")
    large = program.ask("POST", "/desk/annotations", body | {"text_en": "x" * 1_000_000})
    assert (large.status_code, large.json()["code"]) in {(413, "body_too_large"), (422, "wrong_field")}
    assert program.ask("PUT", path, body).status_code == 428
    assert program.ask("PUT", path, body | {"title_en": "Cleaned"}, 1).json()["data"]["version"] == 2
    assert program.ask("PUT", path, body, 1).status_code == 412
    gone = program.ask("POST", f"{path}/withdraw", {"reason": "duplicate"}, 2).json()["data"]
    assert (gone["state"], gone["state_reason"]) == ("withdrawn", "duplicate")
    again = program.ask("PUT", path, body, 3)
    assert (again.status_code, again.json()["code"]) == (409, "annotation_withdrawn")
    stranger = Program(portal, token_of(portal, portal.join("other").person_id, TokenScope.ANNOTATIONS_WRITE))
    assert [stranger.ask(*asked).status_code for asked in (("GET", path), ("POST", "/desk/annotations", body))] == [
        404,
        403,
    ]  # fmt: skip


def test_what_is_held_about_a_person(portal: Portal) -> None:
    duty = officer(portal)
    sent = {"kind": "works", "title_en": "Mine", "place": "seeb", "starts_on": "2026-11-24"}
    assert duty.browser.send("/desk/annotations/new", sent).status_code == 303
    with portal.store.transaction():
        held = list(HOLDER.export(portal.store, duty.person_id))
        assert [(section, row["title_en"]) for section, row in held] == [("annotations", "Mine")]
        assert [row.rows for row in HOLDER.erase(portal.store, duty.person_id)] == [1]
        assert not list(HOLDER.export(portal.store, duty.person_id))
    assert "Mine" in {row["name"]["en"] for row in listed(portal)}, "it stays, without whose it is"
