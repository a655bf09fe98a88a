-- What took place, once, whoever reports it.
CREATE TABLE innovation.outreach_events (
    event_id     uuid PRIMARY KEY,
    title        text NOT NULL,
    language     text NOT NULL CHECK (language IN ('en', 'ar')),
    mode         text NOT NULL CHECK (mode IN ('in_place', 'online')),
    -- ISO 3166-2:OM
    governorate  text CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    topic        text NOT NULL,
    audience     text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > starts_at),
    created_at   timestamptz NOT NULL,
    CHECK ((mode = 'online') = (governorate IS NULL))
);
CREATE INDEX outreach_events_time ON innovation.outreach_events (starts_at, event_id);

-- An ambassador's part in it.
CREATE TABLE innovation.activities (
    activity_id       uuid PRIMARY KEY,
    event_id          uuid NOT NULL REFERENCES innovation.outreach_events (event_id),
    ambassador_id     uuid NOT NULL REFERENCES innovation.ambassadors (ambassador_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- As the ambassador tells it.
    reached           integer CHECK (reached >= 0),
    minutes           integer CHECK (minutes > 0),
    account           text NOT NULL,
    -- As the verification found it.
    counted           integer CHECK (counted BETWEEN 0 AND reached),
    UNIQUE (event_id, ambassador_id)
);
CREATE INDEX activities_of_ambassador ON innovation.activities (ambassador_id, activity_id);
CREATE INDEX activities_state ON innovation.activities (state, activity_id);

-- Files lie outside the database, under their digest.
CREATE TABLE innovation.activity_evidence (
    file_id      uuid PRIMARY KEY,
    activity_id  uuid NOT NULL REFERENCES innovation.activities (activity_id),
    name         text NOT NULL,
    media_type   text NOT NULL,
    size_bytes   bigint NOT NULL CHECK (size_bytes > 0),
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at     timestamptz NOT NULL
);
CREATE INDEX activity_evidence_of ON innovation.activity_evidence (activity_id, added_at);
CREATE INDEX activity_evidence_digest ON innovation.activity_evidence (digest);

-- The reach of an event is counted once: of several verified reports the largest figure.
CREATE VIEW innovation.event_reach AS
    SELECT outreach_events.event_id, governorate, topic, audience,
           date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date AS month,
           max(counted) AS reached, count(*)::integer AS ambassadors
    FROM innovation.activities JOIN innovation.outreach_events USING (event_id)
    WHERE state = 'verified'
    GROUP BY outreach_events.event_id;
-- Its ambassadors share it evenly; what does not divide goes one by one to the first of them.
CREATE VIEW innovation.reach_shares AS
    SELECT activity_id, ambassador_id, event_id, minutes,
           event_reach.reached / ambassadors
               + (row_number() OVER (PARTITION BY event_id ORDER BY activity_id)
                  <= event_reach.reached % ambassadors)::integer AS reached
    FROM innovation.activities JOIN innovation.event_reach USING (event_id)
    WHERE state = 'verified';

-- Whom events reached, by month, governorate ('' online), topic and audience: counted when a report is verified, or no
-- longer is, so that whoever asks reads a row instead of all events. Events themselves never change.
CREATE TABLE innovation.reach (
    month        date NOT NULL,
    governorate  text NOT NULL,
    topic        text NOT NULL,
    audience     text NOT NULL,
    events       bigint NOT NULL,
    reached      bigint,
    PRIMARY KEY (month, governorate, topic, audience)
);
CREATE INDEX outreach_events_kind ON innovation.outreach_events
    ((date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date), (coalesce(governorate, '')), topic, audience);

CREATE FUNCTION innovation.count_reach()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind record;
BEGIN
    IF 'verified' NOT IN (coalesce(OLD.state, ''), coalesce(NEW.state, '')) THEN
        RETURN NULL;
    END IF;
    -- Whoever counts sees what the one before has written.
    LOCK TABLE innovation.reach IN SHARE ROW EXCLUSIVE MODE;
    FOR kind IN
        SELECT DISTINCT date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date AS month,
               coalesce(governorate, '') AS governorate, topic, audience
        FROM innovation.outreach_events WHERE event_id IN (OLD.event_id, NEW.event_id)
    LOOP
        DELETE FROM innovation.reach AS known
        WHERE known.month = kind.month AND known.governorate = kind.governorate
          AND known.topic = kind.topic AND known.audience = kind.audience;
        INSERT INTO innovation.reach (month, governorate, topic, audience, events, reached)
        SELECT kind.month, kind.governorate, kind.topic, kind.audience, count(*), sum(event.reached)
        FROM innovation.event_reach AS event
        WHERE event.month = kind.month AND coalesce(event.governorate, '') = kind.governorate
          AND event.topic = kind.topic AND event.audience = kind.audience
        HAVING count(*) > 0;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_reach AFTER INSERT OR DELETE OR UPDATE OF event_id, state, counted ON innovation.activities
    FOR EACH ROW EXECUTE FUNCTION innovation.count_reach();
REVOKE ALL ON FUNCTION innovation.count_reach FROM PUBLIC;

GRANT SELECT, INSERT ON innovation.outreach_events TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.activities TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.activity_evidence TO falaj_portal;
GRANT SELECT ON innovation.event_reach, innovation.reach_shares TO falaj_portal;
