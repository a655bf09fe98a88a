"""A page as a browser without scripts has it: what people see of it, and what its forms send.

By the rules of the HTML standard, as far as the portal's pages need them. What it does not know fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

from tests.hub_api.portal.parts import Upload

#: Parts of a page: lxml has no types.
Element = Any
#: The one part of a page that is folded away on phones alone.
MENU = "menu"
SPACES = re.compile(r"[ \t\r\n\f]+")
LINES = re.compile(r"\r\n?|\n")
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*", re.ASCII)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
#: Not drawn by themselves, whatever the style says.
UNSEEN = frozenset(
    ["datalist", "desc", "head", "metadata", "script", "style", "template", "textarea", "title"]
)
TYPED = frozenset(
    ["date", "datetime-local", "email", "number", "password", "search", "tel", "text", "time", "url"]
)
BUTTONS = frozenset(["button", "image", "reset", "submit"])
READERS = {"date": date.fromisoformat, "datetime-local": datetime.fromisoformat, "number": Decimal}


@dataclass
class Page:
    """What came from the server, and what somebody has typed into it since."""

    source: str
    url: str
    typed: dict[Element, str] = field(default_factory=dict)
    ticked: dict[Element, bool] = field(default_factory=dict)
    chosen: dict[Element, Element] = field(default_factory=dict)
    uploads: dict[Element, list[Upload]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._is_as_it_came = True
        parser = lxml.html.HTMLParser(encoding="utf-8")
        self.root = lxml.html.document_fromstring(self.source.encode(), parser=parser)
        #: All of them, since others would be made for the same places once nobody holds these.
        self.elements = list(self.root.iter("*"))
        self._by_id = {one.get("id"): one for one in reversed(self.elements) if one.get("id")}
        self._wrapped = ElementWrapper.from_html_root(self.root)
        nested = [one.get("action") for one in self.root.iter("form") if above(one, "form") is not None]
        assert nested == [], f"browsers leave out a form within a form: {nested}"

    def select(self, css: str) -> list[Element]:
        return [one.etree_element for one in self._wrapped.query_all(css)]

    def fold(self, details: Element) -> None:
        """Open it, or close it again."""
        self._is_as_it_came = False
        if details.attrib.pop("open", None) is None:
            details.set("open", "")

    def as_it_is(self) -> str:
        return self.source if self._is_as_it_came else f"<!doctype html>{source_of(self.root)}"

    def by_id(self, name: str) -> Element | None:
        return self._by_id.get(name)

    # What people do

    def fill(self, control: Element, text: str) -> None:
        kind = kind_of(control)
        assert kind in TYPED or control.tag == "textarea", f"nobody types into {words_of(control)}"
        self.assert_usable(control)
        assert control.get("readonly") is None, f"{words_of(control)} is only read"
        text = LINES.sub("\n" if control.tag == "textarea" else "", text)
        if text and kind in READERS:
            READERS[kind](text)
        most = control.get("maxlength")
        assert most is None or len(text.encode("utf-16-le")) // 2 <= int(most), (
            f"too long: {words_of(control)}"
        )
        self.typed[control] = text

    def tick(self, control: Element, *, is_on: bool) -> None:
        assert kind_of(control) in {"checkbox", "radio"}, words_of(control)
        self.assert_usable(control)
        if kind_of(control) == "radio":
            assert is_on, "a button of several is left by choosing another"
            for other in self.controls_of(self.owner(control)):
                if kind_of(other) == "radio" and other.get("name") == control.get("name"):
                    self.ticked[other] = False
        self.ticked[control] = is_on

    def choose(self, control: Element, value: str | None = None, label: str | None = None) -> None:
        assert control.tag == "select", words_of(control)
        assert control.get("multiple") is None, "no page has such a list"
        self.assert_usable(control)
        for option in control.iter("option"):
            shown = SPACES.sub(" ", "".join(option.itertext())).strip()
            if (label if value is None else value) in (
                {shown} if value is None else {value_of(option), shown}
            ):
                assert not is_disabled(option), words_of(option)
                self.chosen[control] = option
                return
        raise AssertionError(
            f"no option {value or label} in {lxml.html.tostring(control, encoding='unicode')}"
        )

    def attach(self, control: Element, given: Any) -> None:
        files = given if isinstance(given, list) else [given]
        assert kind_of(control) == "file", words_of(control)
        assert not is_disabled(control), words_of(control)
        assert len(files) == 1 or control.get("multiple") is not None, "one file"
        self.uploads[control] = [Upload.of(one) for one in files]

    def assert_usable(self, control: Element) -> None:
        assert is_seen(control), f"nobody sees {words_of(control)}"
        assert not is_disabled(control), f"nobody can use {words_of(control)}"

    # What a form has

    def owner(self, control: Element) -> Element | None:
        named = control.get("form")
        if named is None:
            return above(control, "form")
        form = self.by_id(named)
        assert form is not None, f"{words_of(control)} belongs to a form that is not there"
        assert form.tag == "form", words_of(control)
        return form

    def controls_of(self, form: Element) -> list[Element]:
        found = [one for one in self.elements if one.tag in {"button", "input", "select", "textarea"}]
        return [one for one in found if self.owner(one) is form]

    def is_ticked(self, control: Element) -> bool:
        return self.ticked.get(control, control.get("checked") is not None)

    def option_of(self, control: Element) -> Element | None:
        if control in self.chosen:
            return self.chosen[control]
        options = list(control.iter("option"))
        selected = [one for one in options if one.get("selected") is not None]
        return next(iter([*selected[-1:], *(one for one in options if not is_disabled(one))]), None)

    def value(self, control: Element) -> str:
        if control in self.typed:
            return self.typed[control]
        if control.tag == "select":
            option = self.option_of(control)
            return "" if option is None else value_of(option)
        return value_of(control)

    def entries(self, form: Element, button: Element) -> Iterator[tuple[str, str | Upload]]:
        """What is sent when the button of the form is pressed."""
        for control in self.controls_of(form):
            name, kind = control.get("name"), kind_of(control)
            if not name or is_disabled(control) or (kind in BUTTONS and control is not button):
                continue
            if control.tag == "select":
                option = self.option_of(control)
                if option is not None and not is_disabled(option):
                    yield name, value_of(option)
            elif kind in {"checkbox", "radio"}:
                if self.is_ticked(control):
                    yield name, control.get("value", "on")
            elif kind == "file":
                for upload in self.uploads.get(control) or [Upload("", b"", "application/octet-stream")]:
                    yield name, upload
            else:
                yield name, LINES.sub("\r\n", self.value(control))

    def complaints(self, form: Element) -> list[str]:
        """Why a browser would not send the form."""
        checked = (
            one
            for one in self.controls_of(form)
            if not is_disabled(one)
            and one.get("readonly") is None
            and kind_of(one) not in BUTTONS | {"hidden"}
        )
        return [f"{words_of(one)}: {why}" for one in checked for why in self._complaints(one)]

    def _complaints(self, control: Element) -> Iterator[str]:
        kind, text = kind_of(control), self.value(control)
        if control.get("required") is not None and not self._is_given(control):
            yield "required"
        if kind == "email" and text and EMAIL.fullmatch(text) is None:
            yield "no address"
        pattern = control.get("pattern")
        if pattern is not None and text and re.fullmatch(pattern, text) is None:
            yield f"not as {pattern}"
        if control in self.typed and 0 < len(text) < int(control.get("minlength", 0)):
            yield "too short"
        if kind in READERS and text:
            yield from _out_of_range(control, kind, text)

    def _is_given(self, control: Element) -> bool:
        kind = kind_of(control)
        if kind == "checkbox":
            return self.is_ticked(control)
        if kind == "radio":
            group = [
                one for one in self.controls_of(self.owner(control)) if one.get("name") == control.get("name")
            ]
            return any(self.is_ticked(one) for one in group)
        if kind == "file":
            return bool(self.uploads.get(control))
        return self.value(control) != ""


def _out_of_range(control: Element, kind: str, text: str) -> Iterator[str]:
    read: Any = READERS[kind]
    value, least, most = read(text), control.get("min"), control.get("max")
    if least and value < read(least):
        yield f"below {least}"
    if most and value > read(most):
        yield f"above {most}"
    step = control.get("step", "1")
    if kind == "number" and step != "any":
        base = least or control.get("value") or "0"
        try:
            is_off = (value - Decimal(base)) % Decimal(step) != 0
        except InvalidOperation:
            is_off = value % Decimal(step) != 0
        if is_off:
            yield f"not a step of {step}"


def above(element: Element, tag: str) -> Element | None:
    return next(element.iterancestors(tag), None)


def kind_of(control: Element) -> str:
    """The type of an input or a button; of others their tag."""
    if control.tag == "input":
        return str(control.get("type", "text")).lower()
    if control.tag == "button":
        return str(control.get("type", "submit")).lower()
    return str(control.tag)


def value_of(control: Element) -> str:
    """As the page came with it."""
    if control.tag == "textarea":
        return LINES.sub("\n", control.text or "").removeprefix("\n")
    if control.tag == "option" and control.get("value") is None:
        return SPACES.sub(" ", "".join(control.itertext())).strip()
    return str(control.get("value", ""))


def is_disabled(control: Element) -> bool:
    if control.get("disabled") is not None:
        return True
    for fieldset in control.iterancestors("fieldset", "optgroup"):
        if fieldset.get("disabled") is not None:
            legend = next(fieldset.iterchildren("legend"), None)
            return legend is None or legend not in control.iterancestors("legend")
    return False


def is_seen(element: Element) -> bool:
    """Whether a browser draws it: all but what is hidden, and what is folded away."""
    if kind_of(element) == "hidden" or element.get("hidden") is not None:
        return False
    if element.tag in UNSEEN - {"textarea"}:
        return False
    parent = element.getparent()
    if parent is None:
        return True
    if parent.tag == "details":
        is_summary = element is summary_of(parent)
        # Whoever reads sits at a desk, where the menu is not folded away and has no button.
        if is_summary if parent.get("class") == MENU else parent.get("open") is None and not is_summary:
            return False
    return is_seen(parent)


def summary_of(details: Element) -> Element | None:
    return next(details.iterchildren("summary"), None)


def text_of(element: Element) -> str:
    """What is read there, a line for each block."""
    pieces: list[str] = []
    _collect(element, pieces, is_set=above(element, "pre") is not None)
    lines = (re.sub(r" *\t *", "\t", one).strip(" ") for one in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _collect(element: Element, pieces: list[str], *, is_set: bool) -> None:
    if element.tag in UNSEEN or not is_seen(element):
        return
    is_block, is_set = element.tag in BLOCKS, is_set or element.tag == "pre"
    if is_block:
        pieces.append("\n")
    if element.tag == "br":
        pieces.append("\n")
    _add(element.text, pieces, is_set=is_set)
    for child in element:
        if isinstance(child.tag, str):
            _collect(child, pieces, is_set=is_set)
        _add(child.tail, pieces, is_set=is_set)
    if element.tag in {"td", "th"} and element.getnext() is not None:
        pieces.append("\t")
    if is_block:
        pieces.append("\n")


def _add(text: str | None, pieces: list[str], *, is_set: bool) -> None:
    if text and is_set:
        pieces.append(text)
    elif text:
        text = SPACES.sub(" ", text)
        pieces.append(text.lstrip(" ") if pieces and pieces[-1].endswith((" ", "\n")) else text)


def content_of(element: Element) -> str:
    """All text within, seen or not, with one space between words."""
    return SPACES.sub(" ", "".join(element.itertext())).strip()


def name_of(element: Element) -> str:
    """What a screen reader calls a link or a button."""
    labelled = element.get("aria-label")
    if labelled:
        return str(labelled)
    pictures = " ".join(one.get("alt", "") for one in element.iter("img"))
    return SPACES.sub(" ", f"{text_of(element)} {pictures}").strip()


def source_of(element: Element) -> str:
    """With what follows it."""
    return str(lxml.html.tostring(element, encoding="unicode"))


def words_of(element: Element) -> str:
    """The start of its tag, for complaints."""
    return source_of(element).partition(">")[0] + ">"
