"""Somebody who knows no address: goes on by what is to be read on the page, and counts every click."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Self

from casework.workflow.model import Machine
from citycore.language import Language
from hub_api.programme.kit.rendering import WORDS
from stack.fiction.sign_in import SignIn
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.stand import House, Stand

#: Of one questionnaire.
PAGES_MAX = 9


class Journey:
    """A way through the portal in one language. A click follows a link or presses a button; filling in a form is none, whether
    something is typed, chosen or ticked.
    """

    def __init__(self, house: House, language: Language) -> None:
        self.house, self.language = house, language
        self.window: Any = house.open()
        self.clicks = 0
        # The one address that somebody was told; every other is found on a page.
        self.window.goto(f"{house.url}/portal?lang={language}")

    @classmethod
    def of(cls, house: House, language: Language, email: str, password: str) -> Self:
        """From where signing in has led, with nothing clicked so far."""
        journey = cls(house, language)
        journey.press("sign_in.title")
        journey.fill("field.email", email)
        journey.fill("field.password", password)
        journey.press("sign_in.button", within="main")
        journey.clicks = 0
        return journey

    def say(self, key: str, **fields: object) -> str:
        return WORDS.text(key, self.language, **fields)

    @property
    def page(self) -> Any:
        return self.window.locator("main")

    @property
    def text(self) -> str:
        return str(self.page.inner_text())

    def reads(self, *texts: str) -> None:
        assert [one for one in texts if one not in self.text] == [], self.text

    def press(self, key: str, within: str = "body") -> None:
        """What is called by a text of the portal."""
        self.click(self.say(key), within)

    def save(self, key: str) -> None:
        """One of several forms of a page, by what is in it."""
        self.click(self.say("save_what", what=self.say(key)), "main")

    def step(self, machine: Machine[Any], event: str, *, prepares: bool = False) -> None:
        """A step of what the page is about, or a decision about it; and yes where it is asked whether that is meant."""
        name = machine.label("event", event).text(self.language)
        for form in self.window.locator(f'main form:has(input[name="event"][value="{event}"])').all():
            if form.locator('[name="reason"][required]').count():
                first = form.locator('[name="reason"] option').nth(1).get_attribute("value")
                form.locator('[name="reason"]').select_option(first)
        self.click(f"{name} {self.say('prepared')}" if prepares else name, "main")

    def is_in(self, machine: Machine[Any], state: str) -> None:
        """What the page is about."""
        self.reads(machine.label("state", state).text(self.language))

    def click(self, name: str, within: str = "body") -> None:
        """A link or a button with this name; the first, where there are several."""
        place = self.window.locator(within)
        found = [place.get_by_role(role, name=name, exact=True) for role in ("button", "link")]
        chosen = next((one for one in found if one.count()), None)
        assert chosen is not None, f"nothing is called {name!r} at {self.window.url}:\n{self.text}"
        self._follow(chosen.first)
        self._mean_it()

    def open_first_task(self) -> str:
        """The most urgent of what waits; what it is called."""
        rows = self.page.locator(".rows a")
        assert self.say("home.waits.title") in self.text, self.text
        assert rows.count(), self.text
        name = str(rows.first.inner_text())
        self._follow(rows.first)
        return name

    def open_first_row(self, name: str | None = None) -> None:
        """The first of a table, else of a list, or the one with this name."""
        table = self.page.locator("tbody a")
        rows = table if table.count() else self.page.locator("ul.rows a, ul.cards h3 a, ul.cards h2 a")
        names = [str(one) for one in rows.all_inner_texts()]
        place = next(number for number, one in enumerate(names) if name is None or name in one)
        self._follow(rows.nth(place))

    def fill(self, key: str, text: str) -> None:
        self.fill_called(self.say(key), text)

    def fill_called(self, label: str, text: str, number: int = 0) -> None:
        self._control(label, number).fill(text)

    def choose(self, key: str, option: str) -> None:
        """One of a list, by how it begins."""
        control = self._control(self.say(key), 0)
        labels = [str(one).strip() for one in control.locator("option").all_inner_texts()]
        control.select_option(label=next(one for one in labels if one.startswith(option)))

    def choose_called(self, beginning: str, value: str) -> None:
        """An option of the list whose label begins so."""
        names = [str(one) for one in self.page.locator("label").all_inner_texts()]
        label = self.page.locator("label").nth(
            next(number for number, one in enumerate(names) if one.strip().startswith(beginning))
        )
        self.page.locator(f'[id="{label.get_attribute("for")}"]').select_option(value)

    def tick(self, label: str) -> None:
        self._control(label, 0).check()

    def choose_value(self, key: str, value: str) -> None:
        self._control(self.say(key), 0).select_option(value)

    def unfold(self, name: str) -> None:
        """What stands folded under this name."""
        folded = self.page.locator("details:not([open]) > summary")
        names = [str(one).strip() for one in folded.all_inner_texts()]
        folded.nth(names.index(name)).click()

    def answer_all(self, text: str) -> None:
        """Pages of questions, to the last: of several the first, of what has to be written the text."""
        for _ in range(PAGES_MAX):
            chosen = set()
            for box in self.page.locator("form.questionnaire input[type='radio']").all():
                if (name := box.get_attribute("name")) not in chosen:
                    chosen.add(name)
                    box.check()
            for choice in self.page.locator("form.questionnaire select").all():
                if choice.is_visible():
                    choice.select_option(choice.locator("option").nth(1).get_attribute("value"))
            self.fill_all(text)
            send = self.page.get_by_role("button", name=self.say("questionnaire.send"), exact=True)
            self.press("questionnaire.send" if send.count() else "questionnaire.next", within="main")
            if not self.page.locator("form.questionnaire").count():
                return

    def fill_all(self, text: str) -> None:
        """What has to be filled in and is empty, whatever it is called."""
        for control in self.page.locator("textarea, input[type='text']").all():
            if (
                control.is_visible()
                and control.get_attribute("required") is not None
                and not control.input_value()
            ):
                control.fill(text)

    def _control(self, label: str, number: int) -> Any:
        labels = self.page.locator("label")
        called = [
            place for place, one in enumerate(labels.all_inner_texts()) if self._name_of(str(one)) == label
        ]
        fields = [one for one in map(labels.nth, called) if one.is_visible()]
        assert fields, f"no field is called {label!r} at {self.window.url}:\n{self.text}"
        return self.page.locator(f'[id="{fields[number].get_attribute("for")}"]')

    def _name_of(self, label: str) -> str:
        """Without what stands behind it where nothing has to be written."""
        name = re.sub(r"\s+", " ", label).strip()
        for mark in ("optional", "needed_later"):
            name = name.removesuffix(self.say(mark)).strip()
        return name

    def _mean_it(self) -> None:
        """A question is one click more."""
        sure = self.page.locator("form.question button")
        if sure.count():
            self._follow(sure)

    def _follow(self, place: Any) -> None:
        self.clicks += 1
        with self.window.expect_navigation(wait_until="load"):
            place.click()
        assert self.window.get_by_role("alert").count() == 0, self.text


class Demo(NamedTuple):
    """A hub with the story, read in one language, and who can sign in by what they are."""

    stand: Stand
    people: dict[str, SignIn]
    language: Language

    def sign_in(self, role: str) -> Journey:
        return Journey.of(self.stand, self.language, self.people[role].email, self.people[role].password)


def register(demo: Demo, address: str) -> Journey:
    """Somebody opens an account and follows the mailed link."""
    journey = Journey(demo.stand, demo.language)
    journey.press("home.join")
    journey.fill("field.email", address)
    journey.fill("field.name_ar", "مريم الجديدة")
    journey.fill("field.name_en", "Maryam New")
    journey.press("sign_up.button")
    journey.window.goto(f"{demo.stand.url}/portal{demo.stand.mailed_path(address)}")
    journey.clicks += 1
    journey.fill("field.new_password", PASSWORD)
    journey.press("confirm.button")
    return journey
