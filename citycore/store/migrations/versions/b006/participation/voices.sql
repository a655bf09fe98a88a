-- At which device somebody said it, if they did so at one.
ALTER TABLE participation.cases ADD COLUMN kiosk_id uuid REFERENCES participation.kiosks (kiosk_id);
CREATE INDEX cases_kiosk ON participation.cases (kiosk_id) WHERE kiosk_id IS NOT NULL;

-- The mail that a case came by.
ALTER TABLE participation.cases ADD COLUMN mail_id text UNIQUE;
UPDATE participation.cases SET mail_id = voices.mail_id FROM participation.voices
WHERE voice_id = case_id AND voices.mail_id IS NOT NULL;
ALTER TABLE participation.voices DROP COLUMN mail_id;

-- Figures are releases, one an agency and month, each made once.
DROP VIEW open_participation.voice_figures;
DROP TABLE participation.voice_counts, participation.voice_counted;
CREATE TABLE participation.voice_months (
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    -- Its first day; of when it was received, in Muscat.
    month            date NOT NULL CHECK (extract(day FROM month) = 1),
    is_done          boolean NOT NULL DEFAULT false,
    -- NULL where too few said something.
    release_id       uuid UNIQUE REFERENCES participation.releases (release_id) CHECK (release_id IS NULL OR is_done),
    PRIMARY KEY (organisation_id, month)
);
CREATE INDEX voice_months_due ON participation.voice_months (month, organisation_id) WHERE NOT is_done;
INSERT INTO participation.voice_months (organisation_id, month)
SELECT DISTINCT organisation_id, date_trunc('month', received_at AT TIME ZONE 'Asia/Muscat')::date FROM participation.voices;

-- Rows of the table of a release; NULL is not told.
CREATE TABLE participation.voice_counts (
    organisation_id  uuid NOT NULL,
    month            date NOT NULL,
    kind             text NOT NULL,
    governorate      text NOT NULL,
    received         integer,
    put_right        integer,
    not_put_right    integer,
    still_open       integer,
    PRIMARY KEY (month, organisation_id, kind, governorate),
    FOREIGN KEY (organisation_id, month) REFERENCES participation.voice_months (organisation_id, month)
);
GRANT SELECT, INSERT, UPDATE (is_done, release_id) ON participation.voice_months TO falaj_portal;
GRANT SELECT, INSERT ON participation.voice_counts TO falaj_portal;

CREATE OR REPLACE FUNCTION participation.place_voice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_id, received_at INTO NEW.organisation_id, NEW.received_at
    FROM participation.cases WHERE case_id = NEW.voice_id;
    INSERT INTO participation.voice_months (organisation_id, month)
    VALUES (NEW.organisation_id, date_trunc('month', NEW.received_at AT TIME ZONE 'Asia/Muscat')::date)
    ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION participation.move_voice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE participation.voices SET organisation_id = NEW.organisation_id WHERE voice_id = NEW.case_id;
    INSERT INTO participation.voice_months (organisation_id, month)
    VALUES (NEW.organisation_id, date_trunc('month', NEW.received_at AT TIME ZONE 'Asia/Muscat')::date)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE VIEW open_participation.voice_figures WITH (security_barrier) AS
SELECT to_char(month, 'YYYY-MM') AS month, organisation_id, counts.kind, governorate,
       organisations.name_ar AS organisation_ar, organisations.name_en AS organisation_en, months.release_id, received,
       put_right, not_put_right, still_open
FROM participation.voice_counts AS counts
JOIN participation.voice_months AS months USING (organisation_id, month)
JOIN innovation.organisations USING (organisation_id);
GRANT SELECT ON open_participation.voice_figures TO falaj_read;
