-- What a hackathon asks its teams: [{"code", "name_ar", "name_en", "kind", "is_required", "characters_max"}]
CREATE TABLE innovation.submission_forms (
    hackathon_id  uuid PRIMARY KEY REFERENCES innovation.hackathons (hackathon_id),
    fields        jsonb NOT NULL
);

CREATE TABLE innovation.submissions (
    submission_id     uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    team_id           uuid NOT NULL UNIQUE REFERENCES innovation.teams (team_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- What the team works on; what was handed in stands in the versions.
    title             text NOT NULL,
    summary           text NOT NULL,
    answers           jsonb NOT NULL,
    versions          integer NOT NULL DEFAULT 0 CHECK (versions >= 0),
    frozen_digest     bytea CHECK (octet_length(frozen_digest) = 32),
    -- Late access: from then on its deadlines are its own.
    late_until        timestamptz,
    search_text       text GENERATED ALWAYS AS (normalise_text(title || ' ' || summary)) STORED
);
CREATE INDEX submissions_of_hackathon ON innovation.submissions (hackathon_id, submission_id);
CREATE INDEX submissions_state ON innovation.submissions (state, submission_id);

-- What was handed in, for good. The digest is SHA-256 over the canonical content, digests of files included.
CREATE TABLE innovation.submission_versions (
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    number         integer NOT NULL CHECK (number > 0),
    content        jsonb NOT NULL,
    digest         bytea NOT NULL CHECK (octet_length(digest) = 32),
    submitted_at   timestamptz NOT NULL,
    PRIMARY KEY (submission_id, number)
);
CREATE TRIGGER keep_versions BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.submission_versions
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- Files lie outside the database, under their digest.
CREATE TABLE innovation.submission_files (
    file_id        uuid PRIMARY KEY,
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    name           text NOT NULL,
    media_type     text NOT NULL,
    size_bytes     bigint NOT NULL CHECK (size_bytes > 0),
    digest         bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at       timestamptz NOT NULL,
    removed_at     timestamptz
);
CREATE INDEX submission_files_of ON innovation.submission_files (submission_id, added_at);

-- Codes with which one team may go on after the close; each counts once.
CREATE TABLE innovation.late_codes (
    late_code_id   uuid PRIMARY KEY,
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    code_digest    bytea NOT NULL UNIQUE CHECK (octet_length(code_digest) = 32),
    until          timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    used_at        timestamptz
);
CREATE INDEX late_codes_of ON innovation.late_codes (submission_id);

GRANT SELECT, INSERT, UPDATE ON innovation.submission_forms, innovation.submissions, innovation.submission_files,
    innovation.late_codes TO falaj_portal;
GRANT SELECT, INSERT ON innovation.submission_versions TO falaj_portal;
