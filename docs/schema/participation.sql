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
