-- Keys and limits of the open-data API.

-- Who asks the open-data API with a key. The key itself is shown once and never stored.
CREATE TABLE api_keys (
    api_key_id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    owner                text NOT NULL,
    -- SHA-256 of the whole key; it is found by this index.
    key_digest           bytea NOT NULL UNIQUE CHECK (octet_length(key_digest) = 32),
    requests_per_minute  integer NOT NULL CHECK (requests_per_minute > 0),
    requests_per_day     integer NOT NULL CHECK (requests_per_day > 0),
    created_at           timestamptz NOT NULL DEFAULT now(),
    expires_at           timestamptz,
    revoked_at           timestamptz,
    -- Whose windows its requests are counted in: a team has one limit, however often it replaces its key.
    limit_subject        text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN starts_with(owner, 'team:') THEN owner ELSE 'key:' || api_key_id END) STORED
);

-- Requests a key made on a day of the city.
CREATE TABLE api_usage (
    api_key_id     integer NOT NULL REFERENCES api_keys (api_key_id),
    day            date NOT NULL,
    request_count  bigint NOT NULL,
    limited_count  bigint NOT NULL,
    PRIMARY KEY (api_key_id, day)
);

-- How much of a limit the API's processes have reserved in a window of time. A crash of the
-- database empties it, and the windows begin anew.
CREATE UNLOGGED TABLE api_windows (
    subject         text NOT NULL,
    window_start    bigint NOT NULL,
    window_seconds  integer NOT NULL,
    reserved        integer NOT NULL,
    -- What the last reservation got.
    granted         integer NOT NULL,
    PRIMARY KEY (subject, window_seconds, window_start)
) WITH (fillfactor = 70);

GRANT USAGE ON SCHEMA public TO falaj_usage;
GRANT SELECT (api_key_id, key_digest, requests_per_minute, requests_per_day, expires_at, revoked_at,
              limit_subject)
    ON api_keys TO falaj_usage;
GRANT SELECT, INSERT, UPDATE ON api_usage TO falaj_usage;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_windows TO falaj_usage;
