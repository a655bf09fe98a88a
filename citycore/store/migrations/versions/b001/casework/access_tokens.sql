-- A program of somebody's own speaks for them with one of these. It is shown once and never stored.
CREATE TABLE innovation.access_tokens (
    token_id      uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    name          text NOT NULL,
    -- What it may be used for, each with no more than the person may at that moment.
    scopes        text[] NOT NULL CHECK (cardinality(scopes) > 0),
    -- SHA-256 of the whole token; it is found by this index.
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL CHECK (expires_at > created_at),
    last_used_at  timestamptz,
    revoked_at    timestamptz
);
CREATE INDEX access_tokens_of ON innovation.access_tokens (person_id, created_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.access_tokens TO falaj_portal;
