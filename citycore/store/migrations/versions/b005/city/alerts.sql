-- Rules that raise alerts, each as it was written (TOML, docs/alerts.md). A rule is a draft until its preview was computed and somebody
-- has switched it on; a changed document is a draft again.
CREATE TABLE alert_rules (
    code          text PRIMARY KEY,
    document      jsonb NOT NULL,
    state         text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'on', 'off')),
    -- How often it would have been raised lately, and when that was reckoned.
    preview       jsonb,
    previewed_at  timestamptz,
    changed_at    timestamptz NOT NULL DEFAULT now(),
    switched_on_at  timestamptz,
    CHECK (state <> 'on' OR (previewed_at IS NOT NULL AND switched_on_at IS NOT NULL))
);

-- Whom alerts are told.
CREATE TABLE alert_receivers (
    code           text PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('webhook', 'mail')),
    address        text NOT NULL,
    language       text NOT NULL DEFAULT 'ar' CHECK (language IN ('ar', 'en')),
    -- What webhooks are signed with.
    secret         text,
    -- A receiver that does not answer rests, longer each time.
    failure_count  integer NOT NULL DEFAULT 0,
    resting_until  timestamptz,
    CHECK (kind <> 'webhook' OR secret IS NOT NULL)
);

-- Where the evaluation has come to: what is committed and visible here was looked at, but for the batches in the backlog.
CREATE TABLE alert_cursor (
    is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    position     text NOT NULL,
    forecast_id  bigint NOT NULL DEFAULT 0
);
CREATE TABLE alert_backlog (
    batch_id  bigint PRIMARY KEY
);

-- The newest value of each datastream that was evaluated, by phenomenon time.
CREATE TABLE alert_positions (
    datastream_id  integer PRIMARY KEY,
    newest_at      timestamptz NOT NULL,
    newest_value   double precision
) WITH (fillfactor = 50);

-- What a rule remembers of a subject, where that is more than nothing.
CREATE TABLE alert_states (
    rule_code  text NOT NULL,
    subject    text NOT NULL,
    is_raised  boolean NOT NULL,
    -- Since when its condition holds without a break, or since when it is calm again.
    since      timestamptz,
    newest_at  timestamptz,
    PRIMARY KEY (rule_code, subject)
);

-- What was raised, and what became of it. `datastream:17` or `index:us:3` is the subject.
CREATE TABLE alerts (
    alert_id       uuid PRIMARY KEY,
    rule_code      text NOT NULL,
    subject        text NOT NULL,
    thing_id       integer NOT NULL,
    datastream_id  integer,
    -- The rule as it was then.
    rule           jsonb NOT NULL,
    severity       text NOT NULL,
    is_public      boolean NOT NULL,
    -- By the clock of the phenomenon, and by that of the hub.
    raised_at      timestamptz NOT NULL,
    noted_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    value          double precision,
    expected_at    timestamptz,
    cleared_at     timestamptz,
    clearing_noted_at  timestamptz,
    acknowledged_at    timestamptz,
    acknowledged_by    text,
    assigned_to    text,
    -- Whether somebody found that there was a reason, or none; NULL while nobody has said so.
    is_false       boolean
);
CREATE UNIQUE INDEX alerts_open ON alerts (rule_code, subject) WHERE cleared_at IS NULL;
CREATE INDEX alerts_raised ON alerts (raised_at, alert_id);
CREATE INDEX alerts_rule ON alerts (rule_code, raised_at);

-- What happened to alerts, in its order.
CREATE TABLE alert_events (
    event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id   uuid NOT NULL REFERENCES alerts (alert_id),
    event      text NOT NULL CHECK (event IN ('raised', 'cleared', 'acknowledged', 'assigned', 'assessed')),
    at         timestamptz NOT NULL,
    noted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    value      double precision,
    by_whom    text,
    note       text
);
CREATE INDEX alert_events_alert ON alert_events (alert_id, event_id);

-- What is told to whom: repeated with the same identifier and body until it is acknowledged.
CREATE TABLE alert_deliveries (
    delivery_id    uuid PRIMARY KEY,
    alert_id       uuid NOT NULL REFERENCES alerts (alert_id),
    event          text NOT NULL CHECK (event IN ('raised', 'cleared')),
    receiver_code  text NOT NULL,
    body           text NOT NULL,
    due_at         timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt_count  integer NOT NULL DEFAULT 0,
    -- Who sends it has it until then.
    leased_until   timestamptz,
    done_at        timestamptz,
    failed_at      timestamptz,
    last_error     text
);
CREATE INDEX alert_deliveries_waiting ON alert_deliveries (due_at) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX alert_deliveries_alert ON alert_deliveries (alert_id, receiver_code) WHERE done_at IS NULL AND failed_at IS NULL;

-- What everybody may know: not who looked after it.
CREATE VIEW open_alerts WITH (security_barrier) AS
SELECT alert_id, rule_code, thing_id, datastream_id, rule, severity, raised_at, noted_at, value, expected_at, cleared_at,
       acknowledged_at, is_false
FROM alerts WHERE is_public;

GRANT SELECT ON alert_rules, alert_receivers, alerts, alert_events, alert_deliveries TO falaj_worker, falaj_registry;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_cursor, alert_backlog, alert_positions, alert_states, alert_deliveries TO falaj_worker;
GRANT INSERT, UPDATE ON alerts TO falaj_worker;
GRANT INSERT ON alert_events TO falaj_worker, falaj_registry;
GRANT UPDATE (failure_count, resting_until) ON alert_receivers TO falaj_worker;
GRANT INSERT, UPDATE, DELETE ON alert_rules, alert_receivers TO falaj_registry;
GRANT UPDATE (acknowledged_at, acknowledged_by, assigned_to, is_false) ON alerts TO falaj_registry;
-- The preview.
GRANT SELECT ON observations_hourly, air_quality_hours, forecasts, forecast_values, component_reports TO falaj_registry;
GRANT SELECT ON open_alerts TO falaj_read, falaj_portal;

-- Who evaluates hears of changed rules and receivers.
CREATE FUNCTION tell_alert_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('falaj_alert_rules', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER alert_rules_changed AFTER INSERT OR UPDATE OR DELETE ON alert_rules
    FOR EACH STATEMENT EXECUTE FUNCTION tell_alert_rules();
