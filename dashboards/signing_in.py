"""Signing in and out at the head of a page, and who is signed in. Only where the hub offers it, and where something can be chosen."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards import choices, pieces, scripts
from dashboards.account import Account, has_ended, is_offered, signed_in
from dashboards.language import Words
from dashboards.settings import dashboard_settings

LIMITS = dashboard_settings()


def show_account() -> None:
    """The button to sign in, or who is signed in with their roles and the button to sign out; nothing where nobody can sign in."""
    if is_offered() and not choices.is_bare():
        _show_account()


#: Not when pages are refreshed.
@st.fragment(run_every=LIMITS.refresh_seconds + LIMITS.presence_look_seconds / 2)
def _show_account() -> None:
    words = Words(choices.current_state().language)
    account = signed_in()
    if account is not None:
        _show_person(account, words)
        return
    if has_ended():
        said = pieces.spoken("p", "falaj-hint", escape(words("account.ended")), words)
        st.html(said, width="content")
    if st.button(words("account.sign_in"), key="falaj-sign-in", type="tertiary", help=words("account.help")):
        st.login()


def remember_place() -> None:
    """Have the browser go on where it was, once somebody has signed in or out."""
    if is_offered():
        st.html(returning(is_in=signed_in() is not None), unsafe_allow_javascript=True)


def _show_person(account: Account, words: Words) -> None:
    label = words("account.signed_in", name=account.name)
    with st.popover(label, type="tertiary"):
        pieces.show_hint(words, roles_text(account, words))
        pieces.show_hint(words, words("account.only_here"))
        if st.button(words("account.sign_out"), key="falaj-sign-out"):
            st.logout()


def roles_text(account: Account, words: Words) -> str:
    """What somebody is to the hub, as far as it counts here."""
    if not account.roles:
        return words("account.no_roles")
    named = [words.known(f"role.{code}", code) for code in sorted(account.roles)]
    return words("account.roles", roles=words("account.or").join(named))


def returning(*, is_in: bool) -> str:
    """A script that goes back to where somebody signed in or out, once, and only within these pages."""
    own, other = ("falaj-in", "falaj-out") if is_in else ("falaj-out", "falaj-in")
    return scripts.element(scripts.RETURN, {"own": own, "other": other})
