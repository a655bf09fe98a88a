-- Whether the hub's staff has accepted a source. Things and datastreams have a copy of it, so that reading either asks no other table.

ALTER TABLE sources
    ADD COLUMN review text NOT NULL DEFAULT 'accepted' CHECK (review IN ('waiting', 'accepted', 'refused', 'taken_out'));
ALTER TABLE things ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
ALTER TABLE datastreams ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
CREATE INDEX sources_not_accepted ON sources (source_id) WHERE review <> 'accepted';
CREATE INDEX things_not_counted ON things (thing_id) WHERE NOT is_counted;
CREATE INDEX datastreams_not_counted ON datastreams (datastream_id) WHERE NOT is_counted;

-- What was decided of a source, and why. Who decided stands there by the key of the account, never by a name.
CREATE TABLE source_reviews (
    source_review_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id integer NOT NULL REFERENCES sources ON DELETE CASCADE,
    review text NOT NULL CHECK (review IN ('accepted', 'refused', 'taken_out')),
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX source_reviews_source ON source_reviews (source_id, source_review_id DESC);
GRANT SELECT, INSERT ON source_reviews TO falaj_registry;

CREATE FUNCTION count_as_source() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'things' THEN
        NEW.is_counted := (SELECT review = 'accepted' FROM sources WHERE source_id = NEW.source_id);
    ELSE
        NEW.is_counted := (SELECT is_counted FROM things WHERE thing_id = NEW.thing_id);
    END IF;
    NEW.is_counted := coalesce(NEW.is_counted, true);  -- the foreign key says what is wrong
    RETURN NEW;
END $$;
CREATE TRIGGER count_as_source BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION count_as_source();
CREATE TRIGGER count_as_source BEFORE INSERT ON datastreams FOR EACH ROW EXECUTE FUNCTION count_as_source();

-- What was decided of a source holds for all of its things and its whole history. Alerts that it has raised are over.
CREATE FUNCTION follow_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counts boolean := NEW.review = 'accepted';
BEGIN
    UPDATE things SET is_counted = counts WHERE source_id = NEW.source_id AND is_counted <> counts;
    UPDATE datastreams SET is_counted = counts
    FROM things
    WHERE things.thing_id = datastreams.thing_id AND things.source_id = NEW.source_id AND datastreams.is_counted <> counts;
    IF NOT counts THEN
        WITH over AS (
            UPDATE alerts SET cleared_at = greatest(now(), raised_at), clearing_noted_at = clock_timestamp()
            FROM things
            WHERE things.thing_id = alerts.thing_id AND things.source_id = NEW.source_id AND alerts.cleared_at IS NULL
            RETURNING alerts.alert_id, alerts.rule_code, alerts.subject, alerts.cleared_at
        ), noted AS (
            INSERT INTO alert_events (alert_id, event, at) SELECT alert_id, 'cleared', cleared_at FROM over
        )
        DELETE FROM alert_states USING over WHERE alert_states.rule_code = over.rule_code AND alert_states.subject = over.subject;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_review AFTER UPDATE OF review ON sources
    FOR EACH ROW WHEN (OLD.review IS DISTINCT FROM NEW.review) EXECUTE FUNCTION follow_review();

-- Sources of teams were made by whoever founded one; those of organisations and of the city have been looked at.
UPDATE sources SET review = 'waiting' WHERE owner LIKE 'team:%';
