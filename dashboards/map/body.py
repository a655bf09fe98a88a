"""The map with what stands beside it: what colours it, the hour, and its districts and things as links."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from dashboards import choices, pieces, state, unreviewed
from dashboards.air import advice_html, advice_of, source_of
from dashboards.downloads import Figure, show_figure
from dashboards.map.chart import MARKS
from dashboards.map.figure import map_figure, value_of
from dashboards.map.hours import code_of, hours_until
from dashboards.map.model import BY, INDEX, LIMIT, SETTINGS, District, Spot, Where, badness
from dashboards.page import address
from dashboards.row import View

NOW = "now"


def show(where: Where, view: View) -> None:
    words = view.words
    for key in where.unread:
        pieces.show_hint(words, words(key))
    if not where.code:
        return
    is_controlled = not (view.state.wall or st.context.is_embedded)
    if is_controlled:
        _show_controls(where, view)
    drawn, beside = st.columns([3, 1])
    with drawn:
        for figure in figures(where, view):
            show_figure(figure, words, heading=False)
    with beside:
        _show_chosen(where, view)
        _show_advice(where, view)
        _show_links(where, view)
    if is_controlled and where.code != INDEX:
        unreviewed.show(view, where.code)


def figures(where: Where, view: View) -> Iterator[Figure]:
    if where.code:
        yield map_figure(where, view)


def _show_controls(where: Where, view: View) -> None:
    words = view.words
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width=260):
            choices.choose(
                words("map.by"),
                BY,
                "by",
                view.state.chosen("by") or LIMIT,
                lambda code: words(f"map.by_{code}"),
            )
        with st.container(width="stretch"):
            _choose_hour(where, view)


def _choose_hour(where: Where, view: View) -> None:
    """An hour of the last days, or now at its end."""
    words, key = view.words, f"hour-{view.words.language}"
    hours = {code_of(hour): hour for hour in hours_until(view.now, SETTINGS.hours_days)}
    st.session_state[key] = NOW if where.hour is None else code_of(where.hour)
    st.select_slider(
        words("map.hour"),
        [*hours, NOW],
        key=key,
        format_func=lambda code: words.instant(hours[code]) if code in hours else words("map.now"),
        on_change=_store_hour,
        args=(key,),
    )


def _store_hour(key: str) -> None:
    chosen = st.session_state[key]
    choices.keep(state.changed(choices.current_state(), "hour", state.ANY if chosen == NOW else chosen))


def _show_chosen(where: Where, view: View) -> None:
    """The thing that was clicked, with the ways on from here."""
    words = view.words
    spot = next((one for one in where.spots if one.reading.thing.code == view.state.thing), None)
    if spot is None:
        return
    thing = spot.reading.thing
    name = escape(thing.name.text(words.language))
    ways = [
        pieces.link(words(f"nav.{page}"), address(view.state, page, property=where.code, thing=thing.code))
        for page in ("explore", "forecast")
        if where.code != INDEX
    ]
    body = f"<h2>{name}</h2><p>{_said(spot, view)}</p><p>{' · '.join(ways)}</p>"
    st.html(pieces.spoken("div", "falaj-words", body, words))


def _show_advice(where: Where, view: View) -> None:
    """What people in the chosen district are told about its air."""
    said, found = advice_of(where.air, view.words), where.air
    if found is None or not said:
        return
    heading = view.words("map.advice", place=view.place_name())
    source = f'<p class="falaj-hint">{escape(source_of(found, view.words))}</p>'
    body = f"<h2>{escape(heading)}</h2>{advice_html(said)}{source}"
    st.html(pieces.spoken("div", "falaj-words", body, view.words))


def _show_links(where: Where, view: View) -> None:
    """The same as the map for the keyboard: the districts, or the things of the one that was chosen, the worst first."""
    words, place = view.words, view.state.place
    if place:
        items = [_thing_item(one, where, view) for one in _shown(where)]
        heading = words("map.things_of", place=view.place_name())
        back = pieces.link(words("map.back"), _to(where, view, place=""))
        explore = pieces.link(
            words("map.to_explore"), address(view.state, "explore", property=_property(where, view))
        )
        after = f"<p>{explore}</p><p>{back}</p>"
    else:
        items = [_district_item(one, where, view) for one in where.districts]
        heading, after = words("map.districts_title"), ""
    if items:
        body = f'<h2>{escape(heading)}</h2><ul class="falaj-places">{"".join(items)}</ul>{after}'
        st.html(pieces.spoken("nav", "falaj-words", body, words))


def _shown(where: Where) -> list[Spot]:
    return sorted(where.spots, key=badness, reverse=True)[: SETTINGS.listed_max]


def _property(where: Where, view: View) -> str:
    return view.observed_property if where.code == INDEX else where.code


def _to(where: Where, view: View, **chosen: str) -> str:
    """This map with another choice: what it shows else stays."""
    kept = {"property": _property(where, view)}
    kept |= {name: code for name, code in view.state.own if code}
    return address(view.state, "map", **{**kept, **chosen})


def _district_item(district: District, where: Where, view: View) -> str:
    words = view.words
    link = pieces.link(district.place.name.text(words.language), _to(where, view, place=district.place.code))
    silent = words("map.silent" if district.total else "map.nothing_here")
    said = escape(silent) if district.worst is None else _said(district.worst, view)
    return f"<li>{link} <span>{said}</span></li>"


def _thing_item(spot: Spot, where: Where, view: View) -> str:
    thing = spot.reading.thing
    link = pieces.link(
        thing.name.text(view.words.language), _to(where, view, place=view.state.place, thing=thing.code)
    )
    return f"<li>{link} <span>{_said(spot, view)}</span></li>"


def _said(spot: Spot, view: View) -> str:
    """Level and value as HTML: a mark in the level's colour, which has its shape, and the words."""
    words, value = view.words, value_of(spot, view)
    if spot.number is None and spot.level is None:
        return escape(words(f"condition.{spot.reading.condition}"))
    if spot.level is None:
        return escape(value)
    shape = MARKS[min(spot.level.rank, len(MARKS) - 1)]
    mark = f'<span class="falaj-mark" style="background:{spot.level.colour}"></span>'
    return f"{mark} {shape} {escape(words.text(spot.level.name))} · {escape(value)}"
