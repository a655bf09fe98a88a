-- A token with which the dashboards speak for whoever signed in there: in which session of a browser that was; NULL for
-- tokens of people's own programs. The session may be over before the token is.
ALTER TABLE innovation.access_tokens ADD COLUMN sign_in_session uuid;
CREATE INDEX access_tokens_sign_ins ON innovation.access_tokens (person_id, created_at)
WHERE sign_in_session IS NOT NULL AND revoked_at IS NULL;

-- What the browser carries from the hub to the dashboards, which exchange it for a token, once and soon.
CREATE TABLE innovation.dashboard_codes (
    -- SHA-256 of the code.
    code_digest     bytea PRIMARY KEY CHECK (octet_length(code_digest) = 32),
    person_id       uuid NOT NULL REFERENCES innovation.people (person_id),
    session_id      uuid NOT NULL,
    -- As the dashboards sent them, to tell that the answer is to their own question.
    nonce           text,
    code_challenge  text,
    expires_at      timestamptz NOT NULL,
    -- What it was exchanged for: whoever brings it a second time ends that.
    token_id        uuid
);
CREATE INDEX dashboard_codes_of ON innovation.dashboard_codes (person_id);
CREATE INDEX dashboard_codes_expire ON innovation.dashboard_codes (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.dashboard_codes TO falaj_portal;
