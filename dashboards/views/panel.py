"""Above the pieces: which view this is, one's own to open, and what can be done with it."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from citycore.errors import FalajError
from dashboards import choices, pieces
from dashboards.arranging import LIMITS
from dashboards.language import Words
from dashboards.row import View
from dashboards.views import saving
from dashboards.views.beginning import proposal
from dashboards.views.model import Shown
from dashboards.views.saving import CONFLICT, DELETE, Question


def is_arranging(view: View) -> bool:
    return view.state.chosen("arrange") == "1" and not choices.is_bare()


def show_panel(data: Shown, view: View) -> None:
    """Nothing of it on a wall and in other pages."""
    words = view.words
    if data.trouble is not None:
        _say(data.trouble, words)
    if data.draft.saved_name:
        pieces.show_subheading(words, data.draft.saved_name)
    if choices.is_bare():
        return
    if said := saving.take_said():
        _say(said, words)
    if question := saving.asked():
        _ask(question, words)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _choose(data, words)
        _switch(data, view)
    if data.account is None:
        pieces.show_hint(words, words("views.sign_in"))
    elif data.draft.pieces or data.draft.view:
        _keep(data, words)
    if data.draft.view and data.draft.link:
        _link(data, words)
    if not data.draft.pieces and data.trouble is None:
        pieces.show_hint(words, words("views.how_to", button=words("add_to_view")))


def _say(said: FalajError | str, words: Words) -> None:
    text = words(said) if isinstance(said, str) else said.text(words.language)
    st.html(pieces.spoken("p", "falaj-refused", escape(text), words))


def _ask(question: Question, words: Words) -> None:
    """One sentence with both choices."""
    acts = {
        DELETE: (saving.delete, saving.dismiss),
        CONFLICT: (saving.keep_mine, saving.take_saved),
    }
    yes, no = acts.get(question.kind, (lambda: saving.open_now(question.view), saving.dismiss))
    with st.container(border=True, key="falaj-question"):
        st.html(pieces.spoken("p", "falaj-answer", escape(words(f"views.ask_{question.kind}")), words))
        with st.container(horizontal=True):
            for name, act in (("yes", yes), ("no", no)):
                label = words(f"views.{name}_{question.kind}")
                st.button(label, key=f"{question.kind}-{name}-{words.language}", on_click=act)


def _choose(data: Shown, words: Words) -> None:
    """One's own views; the one in hand stands first where it is none of them."""
    if not data.own:
        return
    names = {one.view: one.name for one in data.own}
    draft, key = data.draft, f"view-{words.language}"
    codes = [*([] if draft.view in names else [""]), *names]
    st.session_state[key] = draft.view if draft.view in names else ""
    with st.container(width=280):
        st.selectbox(
            words("views.open"),
            codes,
            format_func=lambda code: names.get(code) or draft.name or words("views.not_saved"),
            key=key,
            on_change=lambda: saving.open_other(st.session_state[key]),
        )


def _switch(data: Shown, view: View) -> None:
    words, is_on = view.words, is_arranging(view)
    if data.draft.pieces:
        key = "done" if is_on else "arrange"
        st.button(
            words(f"views.{key}"),
            key=f"{key}-{words.language}",
            icon=":material/check:" if is_on else ":material/edit:",
            on_click=lambda: saving.arrange(is_on=not is_on),
        )
        st.button(words("views.new"), key=f"new-{words.language}", on_click=saving.open_other, args=("",))
    elif data.trouble is None:
        st.button(
            words("views.propose"),
            key=f"propose-{words.language}",
            on_click=lambda: saving.change(lambda draft: proposal(draft, view.city)),
        )


def _keep(data: Shown, words: Words) -> None:
    draft, key = data.draft, f"view-name-{words.language}"
    # Only once: while somebody types, what they typed counts.
    named = (draft.address, draft.version, words.language)
    if st.session_state.get(saving.NAMED) != named:
        st.session_state[saving.NAMED] = named
        st.session_state[key] = draft.name
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.container(width=280):
            st.text_input(words("views.name"), key=key, max_chars=LIMITS.name_characters_max)
        st.button(
            words("views.save"),
            key=f"save-{words.language}",
            type="primary",
            on_click=lambda: saving.save(st.session_state[key]),
        )
        if draft.view:
            is_shared = bool(draft.link)
            st.button(
                words("views.unshare" if is_shared else "views.share"),
                key=f"share-{words.language}",
                on_click=lambda: saving.share(is_shared=not is_shared),
            )
            st.button(words("views.delete"), key=f"delete-{words.language}", on_click=saving.ask_to_delete)
    if draft.view:
        pieces.show_hint(words, words("views.changed" if draft.is_changed else "views.is_saved"))


def _link(data: Shown, words: Words) -> None:
    """What others open; the language is theirs to choose."""
    base = (st.context.url or "").split("?", maxsplit=1)[0]
    pieces.show_hint(words, words("views.link"))
    st.code(f"{base}?{urlencode({'view': data.draft.link})}", language=None, wrap_lines=True)
