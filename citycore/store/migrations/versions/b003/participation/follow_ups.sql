-- What can be followed without an account: by a number that says nothing, and a code of which only an HMAC is here, made
-- with a key that is in no database.
CREATE TABLE participation.follow_ups (
    object_id    uuid PRIMARY KEY,
    -- Of its passage, which says where it is read.
    kind         text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,62}$'),
    -- Eight letters and digits, and one that checks them.
    number       text NOT NULL UNIQUE CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{9}$'),
    code_digest  bytea NOT NULL CHECK (octet_length(code_digest) = 32),
    opened_at    timestamptz NOT NULL
);

GRANT SELECT, INSERT ON participation.follow_ups TO falaj_portal;
