-- A picture is taken back by whoever sent it, and goes with an account and some time after the end of its case.
GRANT DELETE ON participation.case_files TO falaj_portal;

-- Problems of public places by category, for whoever is about to report one.
CREATE INDEX voices_public_places ON participation.voices (topic, governorate, voice_id) WHERE is_public_place;

-- Which wilayat is meant by what people typed, where that is known: in public stands a name of ours and nothing that was typed.
ALTER TABLE participation.voices ADD COLUMN wilayat_code text;

-- What desks look for and go on from, beside the state: kept by the database as the case has it.
ALTER TABLE participation.voices
    ADD COLUMN organisation_id uuid,
    ADD COLUMN received_at timestamptz,
    ADD COLUMN search_text text GENERATED ALWAYS AS (normalise_text(subject || ' ' || body)) STORED;
UPDATE participation.voices SET organisation_id = cases.organisation_id, received_at = cases.received_at
FROM participation.cases WHERE case_id = voice_id;

CREATE FUNCTION participation.place_voice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_id, received_at INTO NEW.organisation_id, NEW.received_at
    FROM participation.cases WHERE case_id = NEW.voice_id;
    RETURN NEW;
END $$;
CREATE TRIGGER place_voice BEFORE INSERT ON participation.voices
    FOR EACH ROW EXECUTE FUNCTION participation.place_voice();

CREATE FUNCTION participation.move_voice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE participation.voices SET organisation_id = NEW.organisation_id WHERE voice_id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_voice AFTER UPDATE OF organisation_id ON participation.cases
    FOR EACH ROW WHEN (OLD.organisation_id <> NEW.organisation_id) EXECUTE FUNCTION participation.move_voice();

CREATE INDEX voices_of_organisation ON participation.voices (organisation_id, received_at, voice_id);
CREATE INDEX voices_of_organisation_in_state ON participation.voices (organisation_id, state, received_at, voice_id);
CREATE INDEX voices_of_organisation_by_topic ON participation.voices (organisation_id, topic, received_at);
CREATE INDEX voices_in_state ON participation.voices (state, received_at, voice_id);
CREATE INDEX voices_received ON participation.voices (received_at, voice_id);
CREATE INDEX voices_public_received ON participation.voices (received_at) WHERE is_public_place;
CREATE INDEX voices_search ON participation.voices USING gin (search_text gin_trgm_ops);
CREATE INDEX cases_unit ON participation.cases (organisation_id, unit) WHERE unit IS NOT NULL;

-- Figures are counted now and then and not for each who asks: nobody waits for ten thousand rows.
CREATE TABLE participation.voice_counts (
    month            text NOT NULL,
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    kind             text NOT NULL,
    governorate      text NOT NULL,
    received         integer NOT NULL,
    escalated        integer NOT NULL,
    put_right        integer NOT NULL,
    not_put_right    integer NOT NULL,
    still_open       integer NOT NULL,
    rated            integer NOT NULL,
    satisfied        integer NOT NULL,
    PRIMARY KEY (month, organisation_id, kind, governorate)
);
-- When that was; one row.
CREATE TABLE participation.voice_counted (
    is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    counted_at  timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON participation.voice_counts TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON participation.voice_counted TO falaj_portal;

DROP VIEW open_participation.voice_figures;
CREATE VIEW open_participation.voice_figures WITH (security_barrier) AS
SELECT month, organisation_id, counts.kind, governorate, organisations.name_ar AS organisation_ar,
       organisations.name_en AS organisation_en,
       CASE WHEN received >= 5 THEN received END AS received,
       CASE WHEN received >= 5 AND escalated NOT BETWEEN 1 AND 4 THEN escalated END AS escalated,
       CASE WHEN received >= 5 AND put_right NOT BETWEEN 1 AND 4 THEN put_right END AS put_right,
       CASE WHEN received >= 5 AND not_put_right NOT BETWEEN 1 AND 4 THEN not_put_right END AS not_put_right,
       CASE WHEN received >= 5 AND still_open NOT BETWEEN 1 AND 4 THEN still_open END AS still_open,
       CASE WHEN received >= 5 AND rated NOT BETWEEN 1 AND 4 THEN rated END AS rated,
       CASE WHEN rated >= 5 AND satisfied NOT BETWEEN 1 AND 4 THEN satisfied END AS satisfied
FROM participation.voice_counts AS counts JOIN innovation.organisations USING (organisation_id);
GRANT SELECT ON open_participation.voice_figures TO falaj_read;

-- Problems of public places as everybody may see them: no words of anybody, a point to about ten metres, and none where
-- somebody may live.
CREATE VIEW open_participation.public_problems WITH (security_barrier) AS
SELECT follow_ups.number, voices.topic, voices.state, voices.outcome, organisation_id,
       organisations.name_ar AS organisation_ar, organisations.name_en AS organisation_en, voices.governorate,
       voices.wilayat_code,
       CASE WHEN voices.topic <> 'noise' THEN round(voices.longitude::numeric, 4)::double precision END AS longitude,
       CASE WHEN voices.topic <> 'noise' THEN round(voices.latitude::numeric, 4)::double precision END AS latitude,
       voices.received_at, voices.state_changed_at AS changed_at, deadlines.instant AS expected_at
FROM participation.voices
JOIN participation.follow_ups ON follow_ups.object_id = voice_id
JOIN innovation.organisations USING (organisation_id)
LEFT JOIN innovation.deadlines
    ON deadlines.object_id = voice_id AND deadlines.name = 'answer_due' AND deadlines.instant < '9000-01-01'
    AND voices.state IN ('acknowledged', 'in_work')
WHERE voices.is_public_place AND voices.kind = 'complaint' AND voices.state <> 'refused'
-- Here and not where it is asked for: behind a barrier the first rows would else cost as much as all.
ORDER BY voices.received_at DESC, follow_ups.number;
GRANT SELECT ON open_participation.public_problems TO falaj_read;

-- Of which date the owner of a decision was reminded.
CREATE TABLE participation.decision_reminders (
    decision_id  uuid NOT NULL REFERENCES participation.decisions (decision_id),
    due_at       timestamptz NOT NULL,
    told_at      timestamptz NOT NULL,
    PRIMARY KEY (decision_id, due_at)
);
GRANT SELECT, INSERT ON participation.decision_reminders TO falaj_portal;
