-- How somebody has shown who they are: {"way", "at", "factor", "factor_at", "acr", "amr", "auth_at"}. NULL of what is from
-- before: it counts as a password alone.
ALTER TABLE innovation.sessions ADD COLUMN shown jsonb;
-- What the session had shown in which it was made.
ALTER TABLE innovation.access_tokens ADD COLUMN shown jsonb;

-- Secrets of authenticator applications: one that counts and one that is being set up, for each person.
CREATE TABLE innovation.totp_secrets (
    totp_id       uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    -- Under a key that is in no database.
    sealed        bytea NOT NULL,
    -- Which of the keys of codes that key was made of.
    key_id        text NOT NULL CHECK (key_id ~ '^[0-9a-f]{8}$'),
    begun_at      timestamptz NOT NULL,
    confirmed_at  timestamptz,
    -- The step of 30 s whose code was used last: none counts twice.
    last_step     bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX totp_secrets_of ON innovation.totp_secrets (person_id, (confirmed_at IS NULL));

CREATE TABLE innovation.passkeys (
    passkey_id     uuid PRIMARY KEY,
    person_id      uuid NOT NULL REFERENCES innovation.people (person_id),
    credential_id  bytea NOT NULL UNIQUE,
    -- COSE (RFC 9052).
    public_key     bytea NOT NULL,
    name           text NOT NULL,
    -- How often its device says that it signed; devices that do not count say 0.
    signed_count   bigint NOT NULL,
    added_at       timestamptz NOT NULL,
    last_used_at   timestamptz
);
CREATE INDEX passkeys_of ON innovation.passkeys (person_id, added_at);

-- Each counts once; a used one is gone.
CREATE TABLE innovation.recovery_codes (
    -- SHA-256 of 120 random bits.
    code_digest  bytea PRIMARY KEY CHECK (octet_length(code_digest) = 32),
    person_id    uuid NOT NULL REFERENCES innovation.people (person_id),
    made_at      timestamptz NOT NULL
);
CREATE INDEX recovery_codes_of ON innovation.recovery_codes (person_id);

-- Who has shown one factor and still has to show the other.
CREATE TABLE innovation.factor_visits (
    visit_digest  bytea PRIMARY KEY CHECK (octet_length(visit_digest) = 32),
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    shown         jsonb NOT NULL,
    expires_at    timestamptz NOT NULL,
    -- What a passkey has to sign, once.
    challenge     bytea
);
CREATE INDEX factor_visits_of ON innovation.factor_visits (person_id);
CREATE INDEX factor_visits_expire ON innovation.factor_visits (expires_at);

-- A passkey that is being made in a session, which ends with it.
CREATE TABLE innovation.passkey_offers (
    session_id  uuid PRIMARY KEY REFERENCES innovation.sessions (session_id) ON DELETE CASCADE,
    name        text NOT NULL,
    challenge   bytea NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX passkey_offers_expire ON innovation.passkey_offers (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.totp_secrets, innovation.passkeys, innovation.recovery_codes,
    innovation.factor_visits, innovation.passkey_offers TO falaj_portal;
