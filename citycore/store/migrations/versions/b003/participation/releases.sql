-- Figures as they were released. A release is canonical JSON with its digest, which also stands in the log; nothing
-- changes it, and a correction is a release of its own that names the earlier one.
CREATE TABLE participation.releases (
    release_id    uuid PRIMARY KEY,
    -- What it is about, as journeys call it.
    subject_kind  text NOT NULL CHECK (subject_kind ~ '^[a-z][a-z_]*$'),
    subject_id    uuid NOT NULL,
    corrects      uuid UNIQUE REFERENCES participation.releases (release_id),
    released_at   timestamptz NOT NULL,
    -- The form that was answered, as it stood.
    form_sha256   bytea CHECK (octet_length(form_sha256) = 32),
    sampling      text NOT NULL CHECK (sampling IN ('roll', 'self_selected')),
    n             integer NOT NULL CHECK (n >= 0),
    asked         integer,
    answered      integer NOT NULL,
    document      text NOT NULL,
    sha256        bytea NOT NULL CHECK (sha256 = sha256(convert_to(document, 'UTF8'))),
    CHECK (n <= answered AND answered <= asked),
    CHECK ((asked IS NULL) = (sampling = 'self_selected')),
    CHECK (corrects <> release_id)
);
CREATE INDEX releases_of_subject ON participation.releases (subject_kind, subject_id, released_at, release_id);

CREATE TRIGGER keep_releases BEFORE UPDATE OR DELETE OR TRUNCATE ON participation.releases
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

GRANT SELECT, INSERT ON participation.releases TO falaj_portal;

CREATE VIEW open_participation.releases WITH (security_barrier) AS
SELECT one.release_id, one.subject_kind, one.subject_id, one.corrects, later.release_id AS corrected_by,
    one.released_at, one.sampling, one.n, one.asked, one.answered, one.document, encode(one.sha256, 'hex') AS sha256,
    (content ->> 'hidden')::integer AS hidden, content -> 'tables' AS tables,
    content -> 'statement' ->> 'en' AS statement_en, content -> 'statement' ->> 'ar' AS statement_ar
FROM participation.releases AS one
CROSS JOIN LATERAL (SELECT one.document::jsonb AS content) AS read
LEFT JOIN participation.releases AS later ON later.corrects = one.release_id;

-- A row for each figure.
CREATE VIEW open_participation.figures WITH (security_barrier) AS
SELECT one.release_id, place::integer AS place, one.subject_id, figure ->> 'code' AS code, figure ->> 'kind' AS kind,
    figure ->> 'option' AS option, figure ->> 'channel' AS channel, (figure ->> 'weighted')::boolean AS weighted,
    (figure ->> 'base')::integer AS base, figure ->> 'value' AS value, figure ->> 'low' AS low,
    figure ->> 'high' AS high,
    EXISTS (SELECT FROM participation.releases AS later WHERE later.corrects = one.release_id) AS is_replaced
FROM participation.releases AS one
CROSS JOIN LATERAL jsonb_array_elements(one.document::jsonb -> 'figures') WITH ORDINALITY AS listed (figure, place);

GRANT SELECT ON open_participation.releases, open_participation.figures TO falaj_read;
