-- What people are asked, word by word, once it is asked: a version never changes. Answers name the version.
CREATE TABLE participation.forms (
    form_id    uuid NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    -- SHA-256 over the canonical JSON of the document.
    digest     bytea NOT NULL CHECK (octet_length(digest) = 32),
    document   jsonb NOT NULL,
    -- The version whose words it mends without changing what they mean.
    erratum_of integer,
    frozen_at  timestamptz NOT NULL,
    PRIMARY KEY (form_id, version),
    UNIQUE (form_id, digest),
    FOREIGN KEY (form_id, erratum_of) REFERENCES participation.forms (form_id, version)
);

-- What is still being written, and has not been asked.
CREATE TABLE participation.form_drafts (
    form_id     uuid PRIMARY KEY,
    version     integer NOT NULL DEFAULT 1,
    document    jsonb NOT NULL,
    changed_at  timestamptz NOT NULL
);

GRANT SELECT, INSERT ON participation.forms TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON participation.form_drafts TO falaj_portal;
