-- The schema of `participation` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b003/participation/follow_ups.sql

CREATE TABLE participation.follow_ups (
    object_id uuid NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    code_digest bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT follow_ups_pkey PRIMARY KEY (object_id),
    CONSTRAINT follow_ups_number_key UNIQUE (number),
    CONSTRAINT follow_ups_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT follow_ups_kind_check CHECK (kind ~ '^[a-z][a-z_]{0,62}$'::text),
    CONSTRAINT follow_ups_number_check CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{9}$'::text)
);
GRANT INSERT, SELECT ON participation.follow_ups TO falaj_portal;

-- citycore/store/migrations/versions/b003/participation/releases.sql

CREATE TABLE participation.releases (
    release_id uuid NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    corrects uuid,
    released_at timestamp with time zone NOT NULL,
    form_sha256 bytea,
    sampling text NOT NULL,
    n integer NOT NULL,
    asked integer,
    answered integer NOT NULL,
    document text NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT releases_pkey PRIMARY KEY (release_id),
    CONSTRAINT releases_corrects_key UNIQUE (corrects),
    CONSTRAINT releases_check CHECK (sha256 = sha256(convert_to(document, 'UTF8'::name))),
    CONSTRAINT releases_check1 CHECK (n <= answered AND answered <= asked),
    CONSTRAINT releases_check2 CHECK ((asked IS NULL) = (sampling = 'self_selected'::text)),
    CONSTRAINT releases_check3 CHECK (corrects <> release_id),
    CONSTRAINT releases_form_sha256_check CHECK (octet_length(form_sha256) = 32),
    CONSTRAINT releases_n_check CHECK (n >= 0),
    CONSTRAINT releases_sampling_check CHECK (sampling = ANY (ARRAY['roll'::text, 'self_selected'::text])),
    CONSTRAINT releases_subject_kind_check CHECK (subject_kind ~ '^[a-z][a-z_]*$'::text),
    CONSTRAINT releases_corrects_fkey FOREIGN KEY (corrects) REFERENCES participation.releases(release_id)
);
CREATE INDEX releases_of_subject ON participation.releases USING btree (subject_kind, subject_id, released_at, release_id);
CREATE TRIGGER keep_releases BEFORE DELETE OR UPDATE OR TRUNCATE ON participation.releases FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();
GRANT INSERT, SELECT ON participation.releases TO falaj_portal;

CREATE VIEW open_participation.releases WITH (security_barrier=true) AS
 SELECT one.release_id,
    one.subject_kind,
    one.subject_id,
    one.corrects,
    later.release_id AS corrected_by,
    one.released_at,
    one.sampling,
    one.n,
    one.asked,
    one.answered,
    one.document,
    encode(one.sha256, 'hex'::text) AS sha256,
    (read.content ->> 'hidden'::text)::integer AS hidden,
    read.content -> 'tables'::text AS tables,
    (read.content -> 'statement'::text) ->> 'en'::text AS statement_en,
    (read.content -> 'statement'::text) ->> 'ar'::text AS statement_ar
   FROM participation.releases one
     CROSS JOIN LATERAL ( SELECT one.document::jsonb AS content) read
     LEFT JOIN participation.releases later ON later.corrects = one.release_id;
GRANT SELECT ON open_participation.releases TO falaj_read;

CREATE VIEW open_participation.figures WITH (security_barrier=true) AS
 SELECT one.release_id,
    listed.place::integer AS place,
    one.subject_id,
    listed.figure ->> 'code'::text AS code,
    listed.figure ->> 'kind'::text AS kind,
    listed.figure ->> 'option'::text AS option,
    listed.figure ->> 'channel'::text AS channel,
    (listed.figure ->> 'weighted'::text)::boolean AS weighted,
    (listed.figure ->> 'base'::text)::integer AS base,
    listed.figure ->> 'value'::text AS value,
    listed.figure ->> 'low'::text AS low,
    listed.figure ->> 'high'::text AS high,
    (EXISTS ( SELECT
           FROM participation.releases later
          WHERE later.corrects = one.release_id)) AS is_replaced
   FROM participation.releases one
     CROSS JOIN LATERAL jsonb_array_elements(one.document::jsonb -> 'figures'::text) WITH ORDINALITY listed(figure, place);
GRANT SELECT ON open_participation.figures TO falaj_read;
