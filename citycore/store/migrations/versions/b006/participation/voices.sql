-- At which device somebody said it, if they did so at one.
ALTER TABLE participation.cases ADD COLUMN kiosk_id uuid REFERENCES participation.kiosks (kiosk_id);
CREATE INDEX cases_kiosk ON participation.cases (kiosk_id) WHERE kiosk_id IS NOT NULL;

-- The mail that a case came by.
ALTER TABLE participation.cases ADD COLUMN mail_id text UNIQUE;
UPDATE participation.cases SET mail_id = voices.mail_id FROM participation.voices
WHERE voice_id = case_id AND voices.mail_id IS NOT NULL;
ALTER TABLE participation.voices DROP COLUMN mail_id;

-- Of the page that was sent, which counts once: what it is the digest of is kept nowhere, and the code is drawn from that.
ALTER TABLE participation.cases ADD COLUMN once_digest bytea UNIQUE CHECK (length(once_digest) = 32);

-- Figures of cases are releases, one a kind of case, organisation and month, each made once.
DROP VIEW open_participation.voice_figures;
DROP TABLE participation.voice_counts, participation.voice_counted;
CREATE TABLE participation.case_months (
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    -- Its first day; of when it was received, in Muscat.
    month            date NOT NULL CHECK (extract(day FROM month) = 1),
    kind             text NOT NULL,
    is_done          boolean NOT NULL DEFAULT false,
    -- NULL where there were too few.
    release_id       uuid UNIQUE REFERENCES participation.releases (release_id) CHECK (release_id IS NULL OR is_done),
    PRIMARY KEY (organisation_id, month, kind)
);
CREATE INDEX case_months_due ON participation.case_months (kind, month, organisation_id) WHERE NOT is_done;
INSERT INTO participation.case_months (organisation_id, month, kind)
SELECT DISTINCT organisation_id, date_trunc('month', received_at AT TIME ZONE 'Asia/Muscat')::date, kind FROM participation.cases;

CREATE FUNCTION participation.note_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO participation.case_months (organisation_id, month, kind)
    VALUES (NEW.organisation_id, date_trunc('month', NEW.received_at AT TIME ZONE 'Asia/Muscat')::date, NEW.kind)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER note_month AFTER INSERT OR UPDATE OF organisation_id ON participation.cases
    FOR EACH ROW EXECUTE FUNCTION participation.note_month();

-- Rows of the tables of a release, with their sums at the end; a cell that is NULL is not told.
CREATE TABLE participation.case_counts (
    organisation_id  uuid NOT NULL,
    month            date NOT NULL,
    kind             text NOT NULL,
    row_code         text NOT NULL,
    cells            integer[] NOT NULL,
    PRIMARY KEY (organisation_id, month, kind, row_code),
    FOREIGN KEY (organisation_id, month, kind) REFERENCES participation.case_months (organisation_id, month, kind)
);
GRANT SELECT, INSERT, UPDATE (is_done, release_id) ON participation.case_months TO falaj_portal;
GRANT SELECT, INSERT ON participation.case_counts TO falaj_portal;

CREATE VIEW open_participation.voice_figures WITH (security_barrier) AS
SELECT to_char(month, 'YYYY-MM') AS month, organisation_id, split_part(row_code, '.', 1) AS kind,
       split_part(row_code, '.', 2) AS governorate, organisations.name_ar AS organisation_ar,
       organisations.name_en AS organisation_en, months.release_id, cells[cardinality(cells)] AS received,
       CASE WHEN cardinality(cells) > 1 THEN cells[1] END AS put_right,
       CASE WHEN cardinality(cells) > 1 THEN cells[2] END AS not_put_right,
       CASE WHEN cardinality(cells) > 1 THEN cells[3] END AS still_open
FROM participation.case_counts AS counts
JOIN participation.case_months AS months USING (organisation_id, month, kind)
JOIN innovation.organisations USING (organisation_id)
WHERE counts.kind = 'voice';
GRANT SELECT ON open_participation.voice_figures TO falaj_read;
