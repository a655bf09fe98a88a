"""From page to page of a questionnaire: what a button leads to. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from casework.forms.model import Answers, WrongAnswer
from casework.forms.questionnaires import (
    Form,
    asked_on,
    missing,
    next_page,
    pages_of,
    previous_page,
    put,
    settle,
)
from casework.forms.reading import Sent, read_answers


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody is now, with their answers so far; ``page`` is None at the end, where nothing is missing.

    ``is_refused`` says that what was sent from this page is shown again as it was typed.
    """

    page: int | None
    answers: Answers
    wrong: tuple[WrongAnswer, ...] = ()
    is_refused: bool = False


def begin(form: Form) -> Turn:
    return Turn(next_page(form, Answers()) or 1, Answers())


def go_back(form: Form, page: int | None, answers: Answers, sent: Sent) -> Turn:
    """To the page before, with what is right of what was typed here; from the end to the last page."""
    kept = answers if page is None else _put(form, page, answers, sent)
    before = previous_page(form, kept, pages_of(form)[-1] + 1 if page is None else page)
    return Turn(before or pages_of(form)[0], kept)


def go_on(form: Form, page: int, answers: Answers, sent: Sent) -> Turn:
    """To the next page on which anything is asked, unless something stands against what was sent from this one."""
    asked = asked_on(form, page, answers)
    given, wrong = read_answers(asked, sent)
    now, refused = put(answers, asked, given), {one.code for one in wrong}
    unanswered = [one for one in missing(asked, now) if one.code not in refused]
    if wrong or unanswered:
        return Turn(page, now, (*wrong, *unanswered), is_refused=True)
    following = next_page(form, now, page)
    return finish(form, now) if following is None else Turn(following, now)


def finish(form: Form, answers: Answers) -> Turn:
    """The end, or the first page on which something is missing since an earlier answer was changed."""
    settled = settle(form, answers)
    left_out = tuple(missing([one for one in form if one.code not in settled.not_asked], settled))
    if not left_out:
        return Turn(None, settled)
    first = next(one.page for one in form if one.code == left_out[0].code)
    return Turn(first, settled, left_out)


def _put(form: Form, page: int, answers: Answers, sent: Sent) -> Answers:
    asked = asked_on(form, page, answers)
    return put(answers, asked, read_answers(asked, sent)[0])
