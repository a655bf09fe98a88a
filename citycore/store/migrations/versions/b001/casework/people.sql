-- Somebody with an account. An erased person is a key that other tables still point to.
CREATE TABLE innovation.people (
    person_id          uuid PRIMARY KEY,
    email              text,
    -- The address as it is unique.
    email_key          text UNIQUE,
    name_ar            text,
    name_en            text,
    language           text NOT NULL CHECK (language IN ('en', 'ar')),
    state              text NOT NULL,
    reason             text,
    version            integer NOT NULL DEFAULT 1,
    state_changed_at   timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    -- Null until somebody has followed a link that was mailed there.
    email_verified_at  timestamptz,
    search_text  text GENERATED ALWAYS AS (normalise_text(
        coalesce(name_ar, '') || ' ' || coalesce(name_en, '') || ' ' || coalesce(email, ''))) STORED,
    sort_ar  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_ar, name_en, ''))) STORED,
    sort_en  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_en, name_ar, ''))) STORED,
    CHECK (state = 'erased' OR email IS NOT NULL),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK (state = 'erased' OR name_ar IS NOT NULL OR name_en IS NOT NULL)
);
CREATE INDEX people_search ON innovation.people USING gin (search_text gin_trgm_ops);
CREATE INDEX people_sort_ar ON innovation.people (sort_ar, person_id) WHERE state <> 'erased';
CREATE INDEX people_erased ON innovation.people (person_id) WHERE state = 'erased' AND email_key IS NOT NULL;
CREATE INDEX people_sort_en ON innovation.people (sort_en, person_id) WHERE state <> 'erased';

-- Somebody who wants an account and has not yet shown that the address is theirs.
CREATE TABLE innovation.sign_ups (
    email_key     text PRIMARY KEY,
    email         text NOT NULL,
    name_ar       text,
    name_en       text,
    language      text NOT NULL CHECK (language IN ('en', 'ar')),
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sign_ups_expiry ON innovation.sign_ups (expires_at);

CREATE TABLE innovation.passwords (
    person_id      uuid PRIMARY KEY REFERENCES innovation.people (person_id),
    -- Argon2id with its parameters and salt.
    password_hash  text NOT NULL,
    changed_at     timestamptz NOT NULL
);

-- What a browser shows to be somebody. Only the digest of its secret is here.
CREATE TABLE innovation.sessions (
    session_id    uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    -- For the person's own list: what the browser called itself, and a coarse network.
    device        text NOT NULL,
    network       text NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz NOT NULL,
    idle_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sessions_of ON innovation.sessions (person_id, last_used_at);
CREATE INDEX sessions_expiry ON innovation.sessions (least(idle_at, expires_at));

-- Links that were mailed: one a purpose and person, each good for one use.
CREATE TABLE innovation.links (
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    purpose       text NOT NULL CHECK (purpose IN ('set_password', 'leave_email', 'take_email', 'link_identity')),
    token_digest  bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    -- What the link carries out: the address to be taken, or the identity to be linked.
    email         text,
    email_key     text,
    issuer        text,
    subject       text,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    -- Of a change of address: the other of the two links has to be followed as well.
    followed_at   timestamptz,
    PRIMARY KEY (person_id, purpose)
);
CREATE INDEX links_expiry ON innovation.links (expires_at);

-- Who somebody is at an OpenID Connect provider.
CREATE TABLE innovation.identities (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    person_id  uuid NOT NULL REFERENCES innovation.people (person_id),
    linked_at  timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_of ON innovation.identities (person_id);

-- Visits to a provider that have not come back.
CREATE TABLE innovation.identity_flows (
    state_digest    bytea PRIMARY KEY CHECK (octet_length(state_digest) = 32),
    -- The secret of the browser that began, so that nobody is signed in as somebody else by a link.
    browser_digest  bytea NOT NULL CHECK (octet_length(browser_digest) = 32),
    issuer          text NOT NULL,
    nonce           text NOT NULL,
    code_verifier   text NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX identity_flows_expiry ON innovation.identity_flows (expires_at);

-- How often something was tried in a window of time. A crash empties it, and the windows begin anew.
CREATE UNLOGGED TABLE innovation.attempts (
    action    text NOT NULL,
    -- SHA-256 of an account's or a network's address: what is tried says nothing about whom.
    subject   bytea NOT NULL CHECK (octet_length(subject) = 32),
    count     integer NOT NULL,
    began_at  timestamptz NOT NULL,
    PRIMARY KEY (action, subject)
) WITH (fillfactor = 70);
CREATE INDEX attempts_age ON innovation.attempts (began_at);

CREATE TABLE innovation.role_grants (
    grant_id    uuid PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES innovation.people (person_id),
    role        text NOT NULL,
    scope_kind  text NOT NULL,
    scope_id    uuid,
    granted_by  uuid REFERENCES innovation.people (person_id),
    granted_at  timestamptz NOT NULL,
    until       timestamptz CHECK (until > granted_at),
    revoked_by  uuid REFERENCES innovation.people (person_id),
    revoked_at  timestamptz,
    CHECK ((scope_kind = 'hub') = (scope_id IS NULL))
);
CREATE UNIQUE INDEX role_grants_once ON innovation.role_grants (person_id, role, scope_kind, scope_id)
    NULLS NOT DISTINCT WHERE revoked_at IS NULL;
CREATE INDEX role_grants_in ON innovation.role_grants (scope_kind, scope_id, role) WHERE revoked_at IS NULL;

-- Who looked at whose personal data, for whom it concerns. Only ever added to.
CREATE TABLE innovation.readings (
    reading_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    reader      uuid NOT NULL REFERENCES innovation.people (person_id),
    person_id   uuid NOT NULL REFERENCES innovation.people (person_id),
    -- What was read: a noun and what of it, such as people.search.
    what        text NOT NULL CHECK (what ~ '^[a-z_]+\.[a-z_]+$')
);
CREATE INDEX readings_of ON innovation.readings (person_id, reading_id);
CREATE TRIGGER keep_readings BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.readings
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- What became of what the hub held about somebody who is erased.
CREATE TABLE innovation.erasures (
    person_id  uuid PRIMARY KEY REFERENCES innovation.people (person_id),
    erased_at  timestamptz NOT NULL,
    -- [{"table", "outcome": deleted, anonymised or kept, "rows", "reason"}]
    outcomes   jsonb NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON innovation.people, innovation.role_grants TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.sign_ups, innovation.passwords, innovation.sessions,
    innovation.links, innovation.identities, innovation.identity_flows, innovation.attempts TO falaj_portal;
GRANT SELECT, INSERT ON innovation.readings, innovation.erasures TO falaj_portal;
