"""A button that makes the report of what a page shows, when somebody asks for it, and beside it the way to get it by mail."""

from __future__ import annotations

import streamlit as st

from dashboards import account
from dashboards.report import by_mail
from dashboards.report.command import pdf_of
from dashboards.row import View


def offer_report(view: View) -> None:
    """The report of the page's place, property and period; not on a wall, nor in another page."""
    if view.state.wall or st.context.is_embedded or not view.things:
        return
    whose = account.signed_in()
    with st.container(horizontal=True):
        _offer_file(view)
        if whose is None:
            by_mail.show_link(view)
    if whose is not None:
        by_mail.show_form(view, whose)


def _offer_file(view: View) -> None:
    place = view.state.place or "all"
    st.download_button(
        view.words("report.button"),
        data=lambda: pdf_of(view),
        file_name=f"report-{place}-{view.now:%Y-%m-%d}.pdf",
        mime="application/pdf",
        on_click="ignore",
        icon=":material/description:",
        key=f"report-{view.words.language}",
    )
