"""Questions as addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from falaj_client import Client, Options, questions
from falaj_client.exchange import Core

MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MUSCAT = timezone(timedelta(hours=4))


def address(question: questions.Many[object] | questions.One[object]) -> str:
    core = Core(url="http://h", language="en", options=Options(), chance=lambda: 0.0)
    return core.address(question.path, question.parameters).removeprefix("http://h/v1")


def test_filters_that_are_not_given_are_not_sent() -> None:
    assert address(questions.things()) == "/things"
    assert address(questions.latest(place="seeb", source="a b")) == "/latest?place=seeb&source=a+b"


def test_times_are_utc_whatever_their_zone() -> None:
    asked = questions.observations(
        datastream=7, start=MOMENT.astimezone(MUSCAT), end=MOMENT + timedelta(microseconds=1)
    )
    assert address(asked) == (
        "/observations?datastream=7&start=2026-11-24T12%3A00%3A00Z&end=2026-11-24T12%3A00%3A00.000001Z"
    )


def test_a_date_is_the_whole_day() -> None:
    for ask in (questions.observations, questions.statistics):
        asked = address(ask(datastream=7, start=date(2026, 11, 27), end=date(2026, 11, 28)))
        assert asked.endswith("start=2026-11-27&end=2026-11-28")
    for wrong in (1_795_555_555, time(12), ("2026-11-27",)):
        with pytest.raises(ValueError, match="start is a datetime, a date or text, not a"):
            questions.observations(datastream=7, start=wrong)


def test_several_values_go_side_by_side_where_the_api_takes_several() -> None:
    for asked, filters in (
        (
            questions.observations(thing=["air-01", "air-02"], observed_property="pm2_5"),
            "thing=air-01%2Cair-02&observed_property=pm2_5",
        ),
        (questions.latest(place=("seeb",)), "place=seeb"),
        (questions.things(kind=iter(["bus", "taxi"])), "kind=bus%2Ctaxi"),
        (questions.statistics(datastream=range(1, 4)), "datastream=1%2C2%2C3"),
        (questions.datastreams(source="a"), "source=a"),
    ):
        assert filters in address(asked)
    for wrong in ([], ["a,b"]):
        with pytest.raises(ValueError, match=r"^thing has "):
            questions.observations(thing=wrong)


def test_several_values_elsewhere_are_refused_with_the_name_of_the_filter() -> None:
    for ask, filters, name in (
        (questions.places, {"kind": {"wilayat"}}, "kind"),
        (questions.stream, {"source": iter("ab")}, "source"),
        (questions.thing, {"thing": ["air-01"]}, "thing"),
        (questions.dataset, {"dataset": ["simulator"]}, "dataset"),
    ):
        with pytest.raises(ValueError, match=f"^{name} takes one value, not a .*; ask once for each of them"):
            ask(**filters)


def test_several_names_stand_side_by_side() -> None:
    asked = questions.observations(thing=["air-01", "air-02"], near=(58.5, 23.6, 500), q="هواء")
    assert address(asked).endswith("?thing=air-01%2Cair-02&near=58.5%2C23.6%2C500&q=%D9%87%D9%88%D8%A7%D8%A1")
    assert address(questions.statistics(datastream=range(1, 3))).endswith("?datastream=1%2C2&bucket=PT1H")
    assert address(questions.latest(place=("seeb",))).endswith("?place=seeb")
    with pytest.raises(ValueError, match="kind has no value"):
        questions.things(kind=[])


def test_text_times_go_as_they_are() -> None:
    asked = questions.observations(
        thing="air-01", observed_property="pm2_5", start="2026-11-24T00:00:00+04:00"
    )
    assert address(asked).endswith("start=2026-11-24T00%3A00%3A00%2B04%3A00")


def test_a_time_without_an_offset_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="start has no offset"):
        questions.observations(datastream=7, start=datetime(2026, 11, 24))  # noqa: DTZ001  # meant


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        questions.things(limit=limit)


def test_any_bucket_is_passed_on() -> None:
    assert "bucket=P1D" in address(questions.statistics(datastream=7, bucket="P1D"))


def test_a_box_is_written_in_plain_decimals() -> None:
    assert address(questions.things(bbox=(58, 0.00001, 58.5, 24))) == "/things?bbox=58%2C0.00001%2C58.5%2C24"


def test_a_circle_that_is_text_goes_to_the_api_as_it_is() -> None:
    written = questions.things(near="58.5,23.6,5000")  # type: ignore[arg-type]  # as notebooks may have it
    assert (
        address(written)
        == "/things?near=58.5%2C23.6%2C5000"
        == address(questions.things(near=(58.5, 23.6, 5000)))
    )


def test_a_code_in_a_path_is_quoted() -> None:
    assert address(questions.thing("a/b?c")) == "/things/a%2Fb%3Fc"


def test_the_address_of_a_list_is_one_a_person_can_open() -> None:
    with Client("http://127.0.0.1:8000/") as client:
        assert client.latest(place="seeb").url == "http://127.0.0.1:8000/v1/latest?place=seeb"
