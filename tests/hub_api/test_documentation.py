"""The documentation is true: every example works, and every answer is what its schema says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from hub_api.developers.documentation.problems import DOCUMENTED
from hub_api.developers.documentation.responses import PROBLEMS, SENDING


def document(api: Any, language: str = "en") -> Any:
    answer = api.get(f"/openapi.json?lang={language}")
    assert answer.status_code == 200
    return answer.json()


def read_paths(described: Any) -> dict[str, Any]:
    """What can be read; data are sent to one path more."""
    return {path: methods for path, methods in described["paths"].items() if "get" in methods}


def test_the_openapi_document_is_valid_in_both_languages(standing_api: Any) -> None:
    for language in ("en", "ar"):
        described = document(standing_api, language)
        assert described["openapi"].startswith("3.1")
        validate(described)
    assert re.search(r"[\u0621-\u064a]", described["paths"]["/v1/things"]["get"]["summary"])


#: Parts of the open data, each by how its paths begin; the rest is the city's.
WINGS = ("innovation", "participation", "city")


def wing_of(path: str) -> str:
    return next((wing for wing in WINGS if path.startswith(f"/v1/{wing}/")), "city")


@pytest.mark.parametrize("wing", WINGS)
def test_every_example_works_and_fits_its_schema(standing_api: Any, wing: str) -> None:
    described = document(standing_api)
    paths = {path: one for path, one in read_paths(described).items() if wing_of(path) == wing}
    checked = 0
    for path, methods in paths.items():
        operation = methods["get"]
        for url in operation["x-examples"]:
            answer = standing_api.get(url)
            assert answer.status_code == 200, (url, answer.text)
            kind = answer.headers["content-type"].split(";")[0]
            assert kind in operation["responses"]["200"]["content"], url
            if "json" in kind and kind != "application/x-ndjson":
                schema = operation["responses"]["200"]["content"][kind]["schema"]
                _fits(described, schema, answer.json(), url)
            checked += 1
        assert operation["x-examples"] or operation["operationId"] == "bulk_file", path  # there is none here
    assert checked >= len(paths) > 0


#: What a parameter needs beside it.
BESIDE = {
    "bom": {"f": "csv"}, "header": {"f": "csv"}, "trailer": {"f": "csv"}, "thing": {"observed_property": "pm2_5"},
    "observed_property": {"thing": "air-01"},
}  # fmt: skip
#: Lists with a cursor that have something in this city, at least; it has no files, and nothing in it has been judged.
LISTS_FILLED = 20
SERIES = {"thing": "air-01", "observed_property": "pm2_5"}


#: What lists need that are about one series or one place, whichever parameter is tried.
ABOUT = {
    "/v1/observations": SERIES,
    "/v1/forecasts/exceedance": SERIES,
    "/v1/forecasts/scenario": {"place": "matrah", "observed_property": "pm2_5"},
}
CHOOSES_SERIES = ("datastream", "place", "source", "bbox")


def _asked(path: str, name: str, value: Any) -> dict[str, Any]:
    """A request with one parameter, and what it needs beside it."""
    query = {name: str(value).lower() if isinstance(value, bool) else value}
    if path in ("/v1/observations", "/v1/forecasts", "/v1/forecasts/skill", "/v1/forecasts/exceedance"):
        query = BESIDE.get(name, {}) | query
    if path == "/v1/forecasts/scenario" or name not in CHOOSES_SERIES:
        query = ABOUT.get(path, {}) | query
    if name in ("bom", "header", "trailer"):
        query |= {"f": "csv"}
    return query | ({"seconds": 1} if path == "/v1/stream" else {})


def test_every_parameter_has_an_example_that_works(standing_api: Any) -> None:
    filled = 0
    for path, methods in read_paths(document(standing_api)).items():
        if "{" in path:
            continue
        for parameter in methods["get"].get("parameters", []):
            name = parameter["name"]
            if name == "last_event_id":  # only an event has one
                continue
            value = parameter.get("example", parameter.get("x-example"))
            assert value is not None, (path, name)
            query = _asked(path, name, value)
            answer = standing_api.get(path, params=query)
            assert answer.status_code == 200, (path, query, answer.text)
            if name == "cursor":  # before the first row
                found = answer.json()["data"]
                filled += bool(found)
                assert found or not standing_api.get(path).json()["data"], path
    assert filled >= LISTS_FILLED


def test_all_examples_of_an_operation_together_are_a_right_request(standing_api: Any) -> None:
    """As programs use them that take a request from the document; alone stands what says so."""
    alone = set()
    for path, methods in read_paths(document(standing_api)).items():
        operation = methods["get"]
        parameters = operation.get("parameters", [])
        alone |= {(operation["operationId"], one["name"]) for one in parameters if "x-example" in one}
        together = [one for one in parameters if "example" in one]
        query = {one["name"]: _written(one["example"]) for one in together if one["in"] == "query"}
        named = {one["name"]: one["example"] for one in together if one["in"] == "path"}
        if operation["operationId"] != "bulk_file":  # there is none here; see the tests of bulk files
            answer = standing_api.get(path.format(**named), params=query)
            assert answer.status_code == 200, (path, query, answer.text)
    assert {name for _, name in alone} == {"at", "cursor", "count", "datastream"}
    assert {one for one, name in alone if name == "datastream"} == {
        "observations",
        "forecasts",
        "forecast_exceedance",
        "forecast_skill",
    }


def _written(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def test_names_are_unique_and_every_operation_has_a_tag(standing_api: Any) -> None:
    described = document(standing_api)
    schemas = described["components"]["schemas"]
    assert not [name for name in schemas if "__" in name], (
        "the framework tells two of one name apart like that"
    )
    assert all(schema.get("title", name) == name for name, schema in schemas.items())
    identifiers = [one["operationId"] for methods in described["paths"].values() for one in methods.values()]
    assert len(set(identifiers)) == len(identifiers)
    known = [tag["name"] for tag in described["tags"]]
    used = [one["tags"] for methods in described["paths"].values() for one in methods.values()]
    assert all(len(tags) == 1 for tags in used)
    assert {tag for tags in used for tag in tags} == set(known)
    assert all(
        re.search(r"[\u0621-\u064a]", tag["description"]) for tag in document(standing_api, "ar")["tags"]
    )


def test_the_document_says_what_an_event_of_the_stream_is_called(standing_api: Any) -> None:
    operation = document(standing_api)["paths"]["/v1/stream"]["get"]
    (event,) = [one["schema"] for one in operation["parameters"] if one["name"] == "last_event_id"]
    for text, is_one in (("1:1:", True), ("12:15:12,14", True), ("", False), ("1:1", False), ("a:1:", False)):
        assert Draft202012Validator(event).is_valid(text) == is_one, text


def test_every_problem_has_an_example_in_both_languages(standing_api: Any) -> None:
    described = document(standing_api)
    examples = described["components"]["examples"]
    codes = {code for _, several in (*PROBLEMS.values(), *SENDING.values()) for code in several}
    assert set(examples) == {f"{code}.{language}" for code in codes for language in ("en", "ar")}
    for name, example in examples.items():
        _fits(described, {"$ref": "#/components/schemas/Problem"}, example["value"], name)
    for url, code in (
        ("/v1/things?limit=0", "invalid_parameter"), ("/v1/things/air-1", "not_found"), ("/v1/nothing", "no_such_path"),
    ):  # fmt: skip
        for language in ("en", "ar"):
            real = standing_api.get(url, headers={"accept-language": language}).json()
            assert examples[f"{code}.{language}"]["value"] == real
    for response in described["components"]["responses"].values():
        for media in response.get("content", {}).values():
            assert {one["$ref"].rpartition("/")[2] for one in media["examples"].values()} <= set(examples)


def test_more_answers_fit_their_schemas(standing_api: Any, standing_city: Any) -> None:
    described = document(standing_api)
    urls = [f"/v1/observations?datastream={number}" for number in standing_city.datastreams.values()]
    urls += ["/v1/latest", "/v1/things", "/v1/forecasts", f"/v1/observations?datastream={standing_city.datastreams['air-01.pm2_5']}&bucket=PT1H"]  # fmt: skip
    for url in urls:
        operation = described["paths"][url.split("?")[0]]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        answer = standing_api.get(url).json()
        assert "data" in answer
        _fits(described, schema, answer, url)


def test_problems_fit_their_schema(standing_api: Any) -> None:
    described = document(standing_api)
    for url in ("/v1/things?limit=0", "/v1/things/air-1", "/nothing"):
        _fits(described, {"$ref": "#/components/schemas/Problem"}, standing_api.get(url).json(), url)


def _fits(described: Any, schema: Any, answer: Any, url: str) -> None:
    validator = Draft202012Validator({**schema, "components": described["components"]})
    faults = [f"{url}: {error.json_path} {error.message}" for error in validator.iter_errors(answer)]
    assert faults == []


def test_the_limits_in_the_document_are_those_of_the_settings(make_api: Any, city: Any) -> None:
    api = make_api(page_rows_default=7, page_rows_max=11)
    (limit,) = [p for p in document(api)["paths"]["/v1/things"]["get"]["parameters"] if p["name"] == "limit"]
    assert (limit["schema"]["default"], limit["schema"]["maximum"]) == (7, 11)
    assert api.get("/v1/things?limit=12").status_code == 422


def test_examples_exist_on_an_empty_hub_too(make_api: Any) -> None:
    assert document(make_api())["paths"]["/v1/things/{thing}"]["get"]["x-examples"] == ["/v1/things/air-01"]


def test_the_page_shows_every_path_and_parameter(standing_api: Any) -> None:
    text = standing_api.get("/docs").text
    for path, methods in read_paths(document(standing_api)).items():
        assert f"GET {path}</code>" in text
        for parameter in methods["get"].get("parameters", []):
            assert f"<dt><code>{parameter['name']}</code></dt>" in text
    assert 'href="/docs/guide?lang=en"' in text


def test_examples_in_the_page_are_for_this_hub(standing_api: Any) -> None:
    text = standing_api.get("/docs", headers={"host": "data.example:81"}).text
    assert "curl 'http://data.example:81/v1/things/air-01'" in text


def test_every_problem_of_the_open_data_is_documented_under_its_status() -> None:
    answers = [*PROBLEMS.items(), *SENDING.items()]
    documented = {code: status for status, (_, codes) in answers for code in codes}
    assert {code: str(DOCUMENTED[code]) for code in documented} == documented
    of_administrators = {
        "admin_key_missing", "admin_key_wrong", "letter_not_replayable", "broker_unavailable", "no_subscriber",
        "registry_document_invalid", "source_not_found", "trial_refused",
    }  # fmt: skip
    # Another method is another operation, and what never became a request asks for none.
    assert set(DOCUMENTED) - set(documented) - of_administrators == {
        "method_not_allowed", "malformed_request", "request_too_slow", "headers_too_large",
    }  # fmt: skip


def test_a_key_is_possible_where_requests_are_counted(standing_api: Any) -> None:
    described = document(standing_api)
    for path, methods in read_paths(described).items():
        is_counted = "security" in methods["get"]
        assert is_counted == (path not in ("/livez", "/readyz"))
        assert {"401", "429"} <= set(methods["get"]["responses"]) or not is_counted
        assert "default" not in methods["get"]["responses"]


def test_each_parameter_says_what_it_takes(standing_api: Any) -> None:
    """Else a program that makes values from the document makes such as are refused."""
    told = {"enum", "const", "pattern", "format", "anyOf"}
    for path, methods in standing_api.get("/openapi.json").json()["paths"].items():
        for parameter in (one for operation in methods.values() for one in operation.get("parameters", [])):
            schema, named = parameter["schema"], (path, parameter["name"])
            if schema["type"] == "array":
                assert {"minItems", "maxItems"} <= schema.keys(), named
                assert not {"minLength", "maxLength"} & schema.keys(), named
            elif schema["type"] == "string":
                assert told & schema.keys() or named == ("/v1/search", "q"), named


def test_where_parameters_may_contradict_one_another_the_document_says_so(standing_api: Any) -> None:
    document = standing_api.get("/openapi.json").json()
    for url in (
        "/v1/alerts?start=2026-11-25&end=2026-11-24",
        "/v1/things?bom=true",
        "/v1/things?cursor=forged",
        "/v1/latest?bbox=59,23,58,24",
        "/v1/observations",
    ):
        answer = standing_api.get(url)
        assert (answer.status_code, answer.json()["code"]) == (409, "contradictory_parameters"), url
        responses = document["paths"][url.partition("?")[0]]["get"]["responses"]
        assert responses["409"] == {"$ref": "#/components/responses/Contradictory"}, url
    assert {"409"} - document["paths"]["/v1/observed-properties"]["get"]["responses"].keys()
