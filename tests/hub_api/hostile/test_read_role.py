"""What somebody could do who took over the API's connection: read what everybody may read, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from citycore.store.connections import Connection

#: All that the role of the open data may select from. A new table of the hub belongs here only if everybody
#: may read every column of it; nothing about people, keys, limits or what devices sent wrongly ever does.
READABLE = {
    "sectors", "sensors", "thing_locations", "datastream_units", "datastream_intervals", "observation_flags",
    "thing_connections", "gaps", "observed_properties", "places", "things", "datastreams", "observations", "observations_category",
    "observations_position", "latest", "ingest_batches", "ingest_totals", "observations_hourly",
    "observations_quarter_hourly", "observations_daily", "observations_monthly", "observations_yearly", "dataset_days", "forecasts", "forecast_values", "forecast_studies", "forecast_outcomes", "dead_letter_removals",
    "dead_letter_counts", "failure_counts", "bulk_failures", "component_reports",
    "datastream_zones", "datastream_expectations", "credential_counts",
    "sta_things", "sta_locations", "sta_thing_locations", "sta_historical_locations", "sta_historical_location_links",
    "sta_datastreams", "sta_sensors", "sta_observed_properties", "sta_features", "sta_feature_spans", "observation_details", "observation_moves",
    "open_innovation.hackathons", "open_innovation.deadlines", "open_innovation.dates", "open_innovation.challenges",
    "limit_tables", "calendar_entries", "nowcasts", "nowcast_studies", "anomalies", "calendar_changes", "air_quality_hours", "open_alerts", "archive_parts",
    "transit_feeds", "transit_routes", "transit_stops", "transit_trips", "transit_shapes", "transit_service_days",
    "transit_hours", "transit_segment_hours", "transit_vehicle_days", "transit_days", "transit_passages", "service_alerts",
    "open_innovation.challenge_datasets", "open_innovation.challenge_things", "open_innovation.organisations",
    "open_innovation.operator_texts",
    "open_innovation.ambassadors", "open_innovation.ambassador_reach",
    "open_innovation.submissions", "open_innovation.told_results", "open_innovation.placings", "open_innovation.awards",
    "open_innovation.calls", "open_innovation.call_deadlines", "open_innovation.funding_awards",
    "open_innovation.vendors", "open_innovation.offerings", "open_innovation.needs", "open_innovation.introductions",
    "open_participation.decisions_version",
    "open_participation.voice_figures",
    "open_participation.sessions", "open_participation.ideas", "open_participation.moderation",
    "open_participation.media_reach", "open_participation.themes",
    "open_participation.public_problems",
    "open_participation.surveys",
    "open_innovation.annotations",
    "open_innovation.need_deadlines", "open_innovation.pilots",
    "open_participation.releases", "open_participation.figures",
    "open_participation.decisions",
    "open_innovation.search", "open_innovation.search_words", "open_innovation.search_counts",
    "open_innovation.catalogue",
    # Views of SensorThings read as whoever asks, so that sources which wait are hidden.
    "thing_details", "sensor_details", "observed_property_details", "datastream_details", "locations", "location_links",
    "historical_locations", "historical_location_links", "features", "hidden_sources", "hidden_things", "hidden_datastreams",
    # How often the registry has changed.
    "registry_changes",
}  # fmt: skip
#: Where it may read some columns only.
COLUMNS = {
    "sources": {
        "source_id", "code", "kind", "name_en", "name_ar", "decoder", "time_policy", "zone", "retained_policy",
        "licence", "attribution", "created_at", "description_en", "description_ar", "provider_en", "provider_ar",
        "homepage", "licence_url", "licence_name_en", "licence_name_ar", "review",
    },
    "dirty_buckets": {"batch_id"},
    "set_aside_buckets": {"bucket_seconds", "set_aside_at"},
    "air_quality_set_aside": {"set_aside_at"},
    "air_quality_notes": {"note_id"},
    "transit_set_aside": {"set_aside_at"},
    "transit_notes": {"note_id"},
    "ingest_sessions": {"worker", "is_connected", "reported_at", "taken_over_count", "taken_over_at"},
    "dead_letters": {
        "dead_letter_id", "reason", "status", "times_received", "first_received_at", "last_received_at",
    },
}  # fmt: skip
OURS = """
    SELECT namespace.nspname, class.relname, class.oid::bigint
    FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
    WHERE class.relkind IN ('r', 'p', 'v', 'm', 'f') AND namespace.nspname NOT LIKE 'pg\\_%%'
        AND namespace.nspname NOT LIKE '\\_timescaledb%%'
        AND namespace.nspname NOT IN ('information_schema', 'timescaledb_information', 'timescaledb_experimental')
"""
COLUMNS_OF = "SELECT attname FROM pg_attribute WHERE attrelid = %s::oid AND attnum > 0 AND NOT attisdropped"


@pytest.fixture
def reader(database: Any) -> Iterator[Connection]:
    with database.connect("read") as connection:
        # A default that anybody may change is no protection; the rights must be.
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def test_it_selects_from_nothing_but_what_everybody_may_read(database: Any, reader: Connection) -> None:
    with database.superuser() as connection:
        tables = connection.execute(OURS).fetchall()
        columns = {oid: {row[0] for row in connection.execute(COLUMNS_OF, [oid])} for _, _, oid in tables}
    assert len(tables) > len(READABLE), "the hub has tables that nobody reads here"
    readable, partly = set(), {}
    for schema, table, oid in tables:
        allowed = {name for name in columns[oid] if _may(reader, "SELECT", oid, name)}
        name = table if schema == "public" else f"{schema}.{table}"
        if allowed == columns[oid]:
            readable.add(name)
        elif allowed:
            partly[name] = allowed
    assert readable == READABLE
    assert partly == COLUMNS


def _may(reader: Connection, right: str, oid: int, column: str) -> bool:
    row = reader.execute(
        "SELECT has_schema_privilege(relnamespace, 'USAGE') AND has_column_privilege(oid, %s, %s)"
        " FROM pg_class WHERE oid = %s::oid",
        [column, right, oid],
    ).fetchone()
    assert row is not None
    return bool(row[0])


def test_it_changes_nothing(database: Any, reader: Connection) -> None:
    with database.superuser() as connection:
        tables = connection.execute(OURS).fetchall()
    for schema, table, _ in tables:
        name = sql.Identifier(schema, table)
        for statement in ("DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "INSERT INTO {} DEFAULT VALUES"):
            with pytest.raises(
                psycopg.errors.Error,
                match=r"permission denied|must be owner|is not a table|cannot (insert into|delete from) view",
            ):
                reader.execute(sql.SQL(statement).format(name))
    for attempt in (
        "CREATE TABLE public.mine (x int)", "CREATE SCHEMA mine", "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION dblink", "ALTER ROLE falaj_read SUPERUSER", "SET ROLE falaj_owner", "SET SESSION AUTHORIZATION falaj_owner",
        "COPY things TO '/tmp/things'", "COPY things TO PROGRAM 'cat'", "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')", "LOAD 'auto_explain'", "CHECKPOINT",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.Error):
            reader.execute(attempt.encode())


def test_its_statements_end_by_themselves(database: Any, reader: Connection) -> None:
    row = reader.execute("SHOW statement_timeout").fetchone()
    assert row == ("15s",)
    with database.superuser() as connection:
        connection.execute(
            sql.SQL("ALTER ROLE falaj_read IN DATABASE {} SET statement_timeout = '200ms'").format(
                sql.Identifier(database.name)
            )
        )
    with database.connect("read") as soon, pytest.raises(psycopg.errors.QueryCanceled):
        soon.execute("SELECT pg_sleep(60)")
