"""What buttons of the page do: arrange what is in hand, and keep it in the hub, in the name of who is signed in.

What comes of it is said by the page once, and what has to be asked before is asked there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from citycore.errors import FalajError
from dashboards import arranging, choices, state
from dashboards.account import Account, signed_in
from dashboards.arranging import Draft
from dashboards.views import client
from dashboards.views.errors import SignInNeeded
from dashboards.views.model import keep

SAID, QUESTION = "falaj_view_said", "falaj_view_question"
#: Under which a session knows whose name stands in the field; somebody may be typing another one.
NAMED = "falaj_view_named"
DELETE, CONFLICT, LEAVE = "delete", "conflict", "leave"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is done: ``view`` is the one to open instead, empty for a new one."""

    kind: str
    view: str = ""
    is_shared: bool = False


def take_said() -> FalajError | str | None:
    """What the last button came to, once: an error, or the key of a text."""
    said: FalajError | str | None = st.session_state.pop(SAID, None)
    return said


def asked() -> Question | None:
    question: Question | None = st.session_state.get(QUESTION)
    return question


def dismiss() -> None:
    st.session_state.pop(QUESTION, None)


def change(made: Callable[[Draft], Draft]) -> None:
    """What is in hand, changed."""
    dismiss()
    keep(made(arranging.in_hand(st.session_state)))


def arrange(*, is_on: bool) -> None:
    choices.keep(state.changed(choices.current_state(), "arrange", "1" if is_on else ""))


def open_other(view: str) -> None:
    """Another of one's own, or a new one; asked before, where something would be lost."""
    if arranging.in_hand(st.session_state).is_changed:
        st.session_state[QUESTION] = Question(LEAVE, view)
    else:
        open_now(view)


def open_now(view: str) -> None:
    dismiss()
    st.session_state.pop(NAMED, None)
    if view:
        _with_account(lambda account: keep(client.opened(account, view)))
    else:
        keep(Draft())
        arrange(is_on=True)


def save(name: str) -> None:
    """As it stands, under a name; shared if it was."""
    draft = replace(arranging.in_hand(st.session_state), name=" ".join(name.split()))
    keep(draft)
    _keep_at_hub(draft, is_shared=bool(draft.view and draft.link))


def share(*, is_shared: bool) -> None:
    """With what is in hand, which is saved by that."""
    _keep_at_hub(arranging.in_hand(st.session_state), is_shared=is_shared)


def ask_to_delete() -> None:
    st.session_state[QUESTION] = Question(DELETE)


def delete() -> None:
    draft = arranging.in_hand(st.session_state)
    dismiss()

    def remove(account: Account) -> None:
        client.deleted(account, draft)
        keep(Draft())
        st.session_state[SAID] = "views.deleted"

    _with_account(remove)


def keep_mine() -> None:
    """Over what another window has saved; as a new one, where that was deleted."""
    question, draft = asked(), arranging.in_hand(st.session_state)
    dismiss()

    def over(account: Account) -> None:
        there = next((one for one in client.own(account) if one.view == draft.view), None)
        if there is None:
            newest = replace(draft, view="", link="", version=0)
        else:
            newest = replace(draft, version=client.opened(account, draft.view).version)
        keep(client.kept(account, newest, is_shared=question is not None and question.is_shared))
        st.session_state[SAID] = "views.saved"

    _with_account(over)


def take_saved() -> None:
    """What another window has saved, instead of what is in hand."""
    draft = arranging.in_hand(st.session_state)
    dismiss()
    _with_account(lambda account: keep(client.opened(account, draft.view)))


def _keep_at_hub(draft: Draft, *, is_shared: bool) -> None:
    def save_all(account: Account) -> None:
        keep(client.kept(account, draft, is_shared=is_shared))
        st.session_state[SAID] = "views.saved"

    dismiss()
    _with_account(save_all, is_shared=is_shared)


def _with_account(act: Callable[[Account], None], *, is_shared: bool = False) -> None:
    """In the name of who is signed in. What stands against it is said by the page."""
    account = signed_in()
    try:
        if account is None:
            raise SignInNeeded
        act(account)
    except FalajError as error:
        if getattr(error, "code", error.slug) == "version_outdated":
            st.session_state[QUESTION] = Question(CONFLICT, is_shared=is_shared)
        else:
            st.session_state[SAID] = error
