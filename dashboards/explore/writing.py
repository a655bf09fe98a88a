"""How an officer who is signed in writes an annotation from Explore: a form that knows what the chart shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from citycore.clock import CITY_ZONE, day_end, day_start
from citycore.errors import FalajError
from dashboards import account as accounts
from dashboards import choices, pieces, state, time_line
from dashboards.account import Account
from dashboards.explore.asked import JOINT, kinds_of
from dashboards.explore.marks import ANNOTATIONS
from dashboards.page import LIMITS
from dashboards.row import View

PATH = "/v1/innovation/desk/annotations"
#: Under which a session remembers, for one run, that something was published.
WRITTEN = "falaj_annotation_written"
#: Beyond these the API refuses it; a box of dates needs some bounds.
YEARS = (1900, 2200)


@dataclass(frozen=True, slots=True)
class When:
    """Local days, the last one included, with times of the city or without."""

    first: date
    begins: time | None = None
    last: date | None = None
    ends: time | None = None

    def sent(self) -> dict[str, Any]:
        """Half-open instants: whole days where no time is given, one instant where no end is."""
        if self.begins is None and self.ends is None:
            return {
                "start": _stamp(day_start(self.first, CITY_ZONE)),
                "end": _stamp(day_end(self.last or self.first, CITY_ZONE)),
                "whole_days": True,
            }
        start = datetime.combine(self.first, self.begins or time.min, CITY_ZONE)
        end = None
        if self.ends is not None:
            end = datetime.combine(self.last or self.first, self.ends, CITY_ZONE)
        elif self.last is not None:
            end = day_end(self.last, CITY_ZONE)
        return {"start": _stamp(start), "end": end and _stamp(end), "whole_days": False}


def _stamp(instant: datetime) -> str:
    return instant.isoformat()


def subjects_of(view: View) -> dict[str, tuple[str, str]]:
    """What the chart shows, and so what can be annotated: field of the operation → code and name."""
    words, found = view.words, {}
    if place := view.city.place(view.state.place):
        found["place"] = (place.code, place.name.text(words.language))
    thing = view.city.thing(view.thing)
    if thing is not None and (view.state.chosen("of") or "thing") == "thing" and not view.state.places:
        found["thing"] = (thing.code, thing.name.text(words.language))
    found["observed_property"] = (view.observed_property, view.property_name(view.observed_property))
    return found


def show_writing(view: View) -> None:
    """The form for those who may write; for whoever is not signed in the way to the portal, if it is known."""
    if choices.is_bare() or not view.observed_property:
        return
    account = accounts.signed_in()
    if st.session_state.pop(WRITTEN, False):
        st.success(view.words("explore.write.done"))
    if account is None:
        _show_way(view)
    elif account.roles & time_line.WRITERS:
        with st.expander(view.words("explore.write.title")):
            _show_form(view, account)


def _show_way(view: View) -> None:
    if base := LIMITS.public_url.rstrip("/"):
        first, last = days_of(view)
        begun = {field: code for field, (code, _) in subjects_of(view).items()}
        begun |= {"lang": view.words.language, "starts_on": first.isoformat(), "ends_on": last.isoformat()}
        address = f"{base}/portal/desk/annotations/new?{urlencode(begun)}"
        pieces.show_line(view.words, [], [pieces.link(view.words("explore.write.sign_in"), address)])


def days_of(view: View) -> tuple[date, date]:
    """The local days of the period, both included."""
    last = view.period.end - timedelta(microseconds=1)
    return view.period.start.astimezone(CITY_ZONE).date(), last.astimezone(CITY_ZONE).date()


def _show_form(view: View, account: Account) -> None:
    words, subjects = view.words, subjects_of(view)
    pieces.show_hint(words, words("explore.write.lead"))
    # What the chart shows is what the form begins with, also after another choice.
    key = f"annotate-{words.language}-{view.state.place}-{view.thing}-{view.observed_property}"
    with st.form(key, border=False):
        kind = st.selectbox(
            words("explore.write.kind"),
            time_line.KINDS,
            format_func=lambda code: words(f"explore.write.kind_{code}"),
        )
        texts = {
            name: st.text_input(words(f"explore.write.{name}")) for name in _ordered("title", words.language)
        }
        texts |= {
            name: st.text_area(words(f"explore.write.{name}"), height=80)
            for name in _ordered("text", words.language)
        }
        about = st.multiselect(
            words("explore.write.about"),
            list(subjects),
            default=list(subjects),
            format_func=lambda field: subjects[field][1],
            placeholder=words("explore.none_chosen"),
        )
        when = _show_dates(view)
        is_sent = st.form_submit_button(words("explore.write.send"))
    if is_sent:
        named = {field: subjects[field][0] for field in about}
        _send(view, account, {"kind": kind, **texts, **named}, when)


def _ordered(name: str, language: str) -> Sequence[str]:
    """The language of the page first."""
    return sorted((f"{name}_ar", f"{name}_en"), key=lambda one: not one.endswith(language))


def _show_dates(view: View) -> When:
    words, (first, last) = view.words, days_of(view)
    bounds: dict[str, Any] = {
        "min_value": date(YEARS[0], 1, 1),
        "max_value": date(YEARS[1], 1, 1),
        "format": "YYYY-MM-DD",
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        starts = st.date_input(words("explore.write.starts_on"), first, **bounds)
        begins = st.time_input(words("explore.write.start_time"), None)
        until = st.date_input(words("explore.write.ends_on"), last if last > first else None, **bounds)
        ends = st.time_input(words("explore.write.end_time"), None)
    pieces.show_hint(words, words("explore.write.ends_hint"))
    return When(starts, begins, until, ends)


def _send(view: View, account: Account, body: Mapping[str, Any], when: When) -> None:
    """Ask the hub, which judges it; once it is published the page shows it at once."""
    words = view.words
    try:
        accounts.ask(account, "POST", PATH, {**body, **when.sent()})
    except FalajError as error:
        st.error(f"**{words('explore.write.refused')}** — {error.text(words.language)}")
        return
    time_line.forget()
    st.session_state[WRITTEN] = True
    chosen = [*kinds_of(view.state), ANNOTATIONS]
    choices.keep(state.changed(view.state, "marks", JOINT.join(dict.fromkeys(chosen))))
    st.rerun()
