"""The forms of a page as it is sent to a browser: what their controls show, and the same page with other values in them. Pure.

Pages are our own: tags are well formed, values are between double quotes or are one word, and what people wrote is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from typing import Final, NamedTuple

_TAG: Final = re.compile(
    r"<(/?)(form|details|fieldset|legend|label|input|textarea|select|option|button)\b((?:[^>\"]++|\"[^\"]*+\")*+)>",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"([\w:-]+)(?:=\"([^\"]*)\"|=([^\s\"]+))?")
_MARKUP: Final = re.compile(r"<[^>]*>")
#: What a label says besides, such as that nothing need be written.
_ASIDE: Final = re.compile(r"<span class=\"quiet\">.*?</span>", re.DOTALL)
#: Inputs that people type into, and those that they choose.
TYPED: Final = frozenset(
    {"date", "datetime-local", "email", "month", "number", "search", "tel", "text", "time", "url"}
)
CHOSEN: Final = frozenset({"checkbox", "radio"})


class Edit(NamedTuple):
    """``text`` instead of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Where it stands in the page, from its ``<`` to behind its ``>``."""

    start: int
    end: int
    source: str
    attributes: Mapping[str, str]

    def without(self, name: str, more: str = "") -> Edit:
        """The same tag without an attribute, and with what is added."""
        source = re.sub(rf"\s{name}(?:=\"[^\"]*\"|=[^\s\"/>]+)?(?=[\s/>])", "", self.source)
        return Edit(self.start, self.end, f"{source[:-1]}{more}>")


@dataclass(slots=True)
class Option:
    """``text`` is what people read."""

    tag: Tag
    text: str = ""

    @property
    def value(self) -> str:
        return self.tag.attributes.get("value", self.text)

    @property
    def is_chosen(self) -> bool:
        return "selected" in self.tag.attributes


@dataclass(slots=True)
class Control:
    """``kind`` is the type of an input, else the name of its tag; ``text`` stands in a textarea, which ends at ``close``.
    ``legend`` is that of the fields that it stands among.
    """

    kind: str
    tag: Tag
    text: str = ""
    close: int = 0
    legend: str = ""
    options: list[Option] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.tag.attributes.get("name", "")

    @property
    def is_typed(self) -> bool:
        return (self.kind in TYPED or self.kind == "textarea") and "readonly" not in self.tag.attributes

    @property
    def is_kept(self) -> bool:
        """Whether what stands in it is part of a draft."""
        return bool(self.name) and (self.is_typed or self.kind in CHOSEN or self.kind == "select")

    @property
    def value(self) -> str:
        return self.tag.attributes.get("value", "on" if self.kind in CHOSEN else "")

    def shown(self) -> list[str]:
        """What a browser would send of it as it stands."""
        if self.kind in CHOSEN:
            return [self.value] if "checked" in self.tag.attributes else []
        if self.kind == "textarea":
            return [self.text]
        if self.kind == "select":
            chosen = [one.value for one in self.options if one.is_chosen]
            first = [] if "multiple" in self.tag.attributes else [one.value for one in self.options[:1]]
            return chosen or first
        return [self.value]

    def with_value(self, text: str) -> Edit:
        """Of one that people type into."""
        if self.kind == "textarea":
            # Browsers leave out the first line break.
            return Edit(self.tag.end, self.close, f"\n{escape(text, quote=False)}")
        return self.tag.without("value", f' value="{escape(text)}"')

    def choosing(self, values: list[str]) -> Iterator[Edit]:
        """Of one that people choose in: whatever is among these values is chosen, and nothing else."""
        if self.kind in CHOSEN:
            yield self.tag.without("checked", " checked" if self.value in values else "")
        for one in self.options:
            yield one.tag.without("selected", " selected" if one.value in values else "")


@dataclass(slots=True)
class PageForm:
    """``details`` are the tags of what folds it away."""

    tag: Tag
    close: int = 0
    controls: list[Control] = field(default_factory=list)
    details: tuple[Tag, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """Behind its closing tag."""
        return self.close + len("</form>")

    @property
    def kept(self) -> list[Control]:
        return [one for one in self.controls if one.is_kept]

    @property
    def typed(self) -> list[Control]:
        return [one for one in self.kept if one.is_typed]

    def shown(self) -> dict[str, list[str]]:
        """What stands in it, by the names of its fields."""
        found: dict[str, list[str]] = {}
        for one in self.kept:
            found.setdefault(one.name, []).extend(one.shown())
        return found

    def base(self) -> str:
        """A digest of what it shows."""
        said = json.dumps(self.shown(), sort_keys=True, ensure_ascii=False)
        return sha256(said.encode()).hexdigest()[:12]

    def differs(self, fields: Mapping[str, list[str]]) -> list[str]:
        """The names of its fields in which something else stands than in these; what none of these says is left."""
        chosen = {one.name for one in self.kept if not one.is_typed}
        return [
            name
            for name, texts in self.shown().items()
            if (name in fields or name in chosen) and _tidy(texts) != _tidy(fields.get(name, []))
        ]

    def fill(self, fields: Mapping[str, list[str]]) -> Iterator[Edit]:
        """What makes the page show these."""
        places: dict[str, int] = {}
        for one in self.kept:
            texts = fields.get(one.name, [])
            if not one.is_typed:
                is_known = one.kind in CHOSEN or any(option.value in texts for option in one.options)
                yield from one.choosing(texts) if is_known else ()
                continue
            place = places.get(one.name, 0)
            places[one.name] = place + 1
            if place < len(texts):
                yield one.with_value(texts[place])

    def label_of(self, name: str) -> str:
        """What people read beside a field, or above several that are one."""
        group = [one for one in self.kept if one.name == name and one.kind in CHOSEN]
        if len(group) > 1 and group[0].legend:
            return group[0].legend
        ids = [one.tag.attributes.get("id", "") for one in self.kept if one.name == name]
        return next((self.labels[one] for one in ids if one in self.labels), name)

    def told(self, name: str) -> str:
        """What stands in a field, as people read it."""
        said: list[str] = []
        for one in self.kept:
            if one.name != name:
                continue
            if one.kind == "select":
                said += [option.text for option in one.options if option.value in one.shown()]
            elif one.kind in CHOSEN:
                said += [self.labels.get(one.tag.attributes.get("id", ""), one.value)] if one.shown() else []
            else:
                said += one.shown()
        return ", ".join(text for text in said if text)


def forms_of(body: str) -> list[PageForm]:
    """Those that send something, in the order of the page; a control may stand outside of its form and name it."""
    reading = _Reading(body)
    for found in _TAG.finditer(body):
        name = found[2].lower()
        if found[1]:
            reading.end(name, found.start())
        else:
            reading.begin(name, Tag(found.start(), found.end(), found[0], _attributes(found[3])))
    return reading.finish()


@dataclass(slots=True)
class _Reading:
    """Where a reader of a page is: within which form, control and so on."""

    body: str
    forms: list[PageForm] = field(default_factory=list)
    outside: list[Control] = field(default_factory=list)
    details: list[Tag] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    legend: str = ""
    form: PageForm | None = None
    control: Control | None = None

    def begin(self, name: str, tag: Tag) -> None:
        if name == "form":
            self.form = PageForm(tag, details=tuple(self.details), labels=self.labels)
            self.forms.append(self.form)
        elif name == "details":
            self.details.append(tag)
        elif name == "label":
            self.labels[tag.attributes.get("for", "")] = self._words(tag, "</label>")
        elif name == "legend":
            self.legend = self._words(tag, "</legend>")
        elif name == "option":
            if self.control is not None:
                self.control.options.append(Option(tag, self._words(tag, "</option>")))
        elif name != "fieldset":
            self._control(name, tag)

    def end(self, name: str, start: int) -> None:
        if name == "form" and self.form is not None:
            self.form.close, self.form = start, None
        elif name == "details" and self.details:
            self.details.pop()
        elif name == "fieldset":
            self.legend = ""
        elif name in {"textarea", "select"} and self.control is not None:
            if name == "textarea":
                self.control.close = start
                text = unescape(self.body[self.control.tag.end : start])
                self.control.text = _tidy_text(text).removeprefix("\n")
            self.control = None

    def finish(self) -> list[PageForm]:
        by_id = {one.tag.attributes["id"]: one for one in self.forms if "id" in one.tag.attributes}
        for one in self.outside:
            if one.tag.attributes["form"] in by_id:
                by_id[one.tag.attributes["form"]].controls.append(one)
        return [one for one in self.forms if one.close and one.tag.attributes.get("method", "") == "post"]

    def _control(self, name: str, tag: Tag) -> None:
        kind = tag.attributes.get("type", "text").lower() if name == "input" else name
        made = Control(kind, tag, legend=self.legend)
        self.control = made if name in {"textarea", "select"} else self.control
        if "form" in tag.attributes:
            self.outside.append(made)
        elif self.form is not None:
            self.form.controls.append(made)

    def _words(self, tag: Tag, end: str) -> str:
        source = _ASIDE.sub("", self.body[tag.end : self.body.find(end, tag.end)])
        return " ".join(unescape(_MARKUP.sub("", source)).split())


def edited(body: str, edits: list[Edit]) -> str:
    """The page with all of them, which do not overlap; what is added at one place keeps its order."""
    pieces, place = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        pieces += [body[place : edit.start], edit.text]
        place = edit.end
    return "".join([*pieces, body[place:]])


def _attributes(source: str) -> dict[str, str]:
    return {
        name.lower(): unescape(quoted or plain or "") for name, quoted, plain in _ATTRIBUTE.findall(source)
    }


def _tidy(texts: list[str]) -> list[str]:
    """As two readings of the same are compared."""
    return [_tidy_text(text) for text in texts]


def _tidy_text(text: str) -> str:
    return text.replace("\r\n", "\n")
