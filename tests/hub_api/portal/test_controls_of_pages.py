"""Forms of a page as they are read and filled: tables, without a socket."""

from __future__ import annotations

from html import escape

import pytest

from hub_api.programme.kit.controls import PageForm, edited, forms_of
from hub_api.programme.kit.drafts import is_draftable, name_of, texts_in
from hub_api.programme.kit.places import Mark
from tests.hub_api.portal.controls import Page

PAGE = """<form class="form" id="own" method="post" action="/portal/needs/7/edit">
<input type="hidden" name="form_token" value="t"><input type="hidden" name="version" value="3">
<label for="title">Title <span class="quiet">(optional)</span></label>
<input id="title" name="title" value="A &quot;b&quot; &gt; c" maxlength=200>
<label for="text">Text</label><textarea id="text" name="text" rows="3">
 first
&lt;b&gt;</textarea>
<fieldset><legend>Sectors</legend>
<input type="checkbox" id="s-a" name="sectors" value="a" checked> <label for="s-a">Air</label>
<input type="checkbox" id="s-b" name="sectors" value="b"> <label for="s-b">Bins</label></fieldset>
<select name="kind"><option value="x">X</option><option value="y" selected>Y</option></select>
<input name="row" value="1"><input name="row" value="2">
</form>
<details class="final"><summary>More</summary>
<form method="post" action="/portal/needs/7/step"><input type="hidden" name="event" value="return">
<textarea name="step_words"></textarea></form></details>
<input name="outside" value="o" form="own"><input name="file" type="file" form="own" multiple>
<form method="get"><input name="q" value="w"></form>"""
SHOWN = {
    "title": ['A "b" > c'],
    "text": [" first\n<b>"],
    "sectors": ["a"],
    "kind": ["y"],
    "row": ["1", "2"],
    "outside": ["o"],
}


def own() -> PageForm:
    return forms_of(PAGE)[0]


def test_what_a_form_shows() -> None:
    form, step = forms_of(PAGE)
    assert form.shown() == SHOWN
    assert (name_of(form), name_of(step).startswith("/needs/7/step#")) == ("/needs/7/edit", True)
    assert (form.label_of("title"), form.label_of("sectors")) == ("Title", "Sectors")
    assert (form.told("sectors"), form.told("kind"), form.told("row")) == ("Air", "Y", "1, 2")
    assert [len(one.details) for one in (form, step)] == [0, 1]


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({}, []),
        ({"title": ['new "quoted" & <b>']}, ["title"]),
        ({"text": ["\n\nlines\r\nof it"]}, ["text"]),
        ({"sectors": ["b"]}, ["sectors"]),
        ({"sectors": []}, ["sectors"]),
        ({"kind": ["x"]}, ["kind"]),
        ({"kind": ["gone"]}, ["kind"]),
        ({"row": ["1", "9"]}, ["row"]),
        ({"outside": ["عربي"]}, ["outside"]),
        ({"nothing_of_it": ["x"]}, []),
    ],
)
def test_a_form_is_filled_with_what_was_typed(change: dict[str, list[str]], differs: list[str]) -> None:
    fields = SHOWN | change
    assert own().differs(fields) == differs
    filled = edited(PAGE, list(own().fill(fields)))
    again = forms_of(filled)[0]
    wanted = SHOWN | {name: [text.replace("\r\n", "\n") for text in change[name]] for name in differs}
    if change.get("kind") == ["gone"]:
        wanted["kind"] = ["y"]  # what cannot be chosen any more leaves the choice as it is
    assert again.shown() == {name: texts for name, texts in wanted.items() if name in SHOWN}
    assert (again.base() == own().base()) == (again.shown() == SHOWN)
    # A browser reads the same.
    page = Page(f"<html><body><main>{filled}</main></body></html>", "http://hub.test/portal")
    assert page.value(page.select('[name="title"]')[0]) == wanted["title"][0]
    assert page.value(page.select('[name="text"]')[0]) == wanted["text"][0]


def test_what_a_draft_leaves_out_stays_as_it_is() -> None:
    assert forms_of(edited(PAGE, list(own().fill({"title": ["t"], "sectors": ["a"], "kind": ["y"]}))))[
        0
    ].shown() == SHOWN | {"title": ["t"]}


@pytest.mark.parametrize(
    ("controls", "is_kept"),
    [
        ('<input name="title">', True),
        ('<textarea name="text"></textarea>', True),
        ('<input type="checkbox" name="a">', False),
        ('<input type="hidden" name="a">', False),
        ('<input name="title" readonly>', False),
        ('<input name="title"><input type="password" name="current">', False),
        ('<input name="token">', False),
        ('<input name="a" autocomplete="one-time-code">', False),
        ('<input type="file" name="file">', False),
    ],
)
def test_which_forms_are_kept(controls: str, is_kept: bool) -> None:
    (form,) = forms_of(f'<form method="post" action="/portal/x">{controls}</form>')
    assert is_draftable(form) == is_kept


def test_a_page_of_many_tags_is_read_in_no_time_and_a_broken_one_too() -> None:
    """Whatever people write is escaped; nothing that they write makes a tag, or makes reading slow."""
    hostile = escape('"' * 50_000 + "<input " * 5_000)
    page = f'<form method="post" action="/portal/x"><textarea name="a">{hostile}</textarea></form>'
    (form,) = forms_of(page)
    assert form.shown() == {"a": ['"' * 50_000 + "<input " * 5_000]}
    assert forms_of('<form method="post"><input ' + '"a' * 20_000) == []


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("/needs/new /needs/new 0123456789ab 4 89abcdef", "/needs/new"),
        ("/needs/7?start=20 /needs/7/edit#0a 0123456789ab 0 89abcdef", "/needs/7?start=20"),
        ("//other.test/x /a 0123456789ab 4 89abcdef", None),
        ("https://other.test /a 0123456789ab 4 89abcdef", None),
        ("/a\\b /a 0123456789ab 4 89abcdef", None),
        ("/a /a 0123456789ab 4444444444 89abcdef", None),
        ("/a /a", None),
        ("/" + "a" * 3_000 + " /a 0123456789ab 4 89abcdef", None),
        ("", None),
    ],
)
def test_a_mark_leads_nowhere_else(text: str, page: str | None) -> None:
    found = Mark.read(text, 500)
    assert (None if found is None else found.place.page) == page
    assert found is None or found.text == text


def test_what_is_left_to_be_copied_is_words() -> None:
    fields = {
        "a": ["Shade for all", ""],
        "b": ["7", "9f1c2e3d-0000-4000-8000-000000000000", "12.5"],
        "version": ["x y"],
        "c": ["ظل"],
    }
    assert texts_in(fields) == ["Shade for all", "ظل"]
