CREATE TABLE innovation.applications (
    application_id    uuid PRIMARY KEY,
    call_id           uuid NOT NULL REFERENCES innovation.calls (call_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- What people name it by; random, since a number would tell how many there are.
    reference         text NOT NULL UNIQUE CHECK (reference ~ '^[0-9a-hjkmnp-tv-z]{8}$'),
    -- The round that it is in.
    round             integer NOT NULL DEFAULT 1 CHECK (round IN (1, 2)),
    -- On whose behalf; nobody's but the person's own where there is none.
    organisation_id   uuid REFERENCES innovation.organisations (organisation_id),
    -- Where it came from: what won in a hackathon.
    submission_id     uuid REFERENCES innovation.submissions (submission_id),
    governorate       text NOT NULL CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    language          text NOT NULL CHECK (language IN ('en', 'ar')),
    -- What is being written; what was handed in stands in the versions.
    title             text NOT NULL,
    summary           text NOT NULL,
    -- By round, then by the code of the field: {"1": {"plan": "…"}, "2": {…}}.
    answers           jsonb NOT NULL DEFAULT '{}',
    -- Statements of eligibility that were confirmed, by their codes.
    confirmed         text[] NOT NULL DEFAULT '{}',
    amount_minor      bigint CHECK (amount_minor > 0),
    versions          integer NOT NULL DEFAULT 0 CHECK (versions >= 0),
    frozen_digest     bytea CHECK (octet_length(frozen_digest) = 32),
    -- Late access: from then on its deadlines are its own.
    late_until        timestamptz,
    -- More information was asked for: its clock stands still from then.
    clock_stopped_at  timestamptz,
    stopped_seconds   bigint NOT NULL DEFAULT 0 CHECK (stopped_seconds >= 0),
    search_text       text GENERATED ALWAYS AS (normalise_text(reference || ' ' || title || ' ' || summary)) STORED
);
CREATE INDEX applications_of_call ON innovation.applications (call_id, application_id);
CREATE INDEX applications_state ON innovation.applications (state, application_id);
CREATE INDEX applications_of_organisation ON innovation.applications (organisation_id);
CREATE INDEX applications_of_submission ON innovation.applications (submission_id);

-- Who applies: one leads, the others are asked by address. An invitation goes to whoever has it.
CREATE TABLE innovation.applicants (
    applicant_id      uuid PRIMARY KEY,
    application_id    uuid NOT NULL REFERENCES innovation.applications (application_id),
    person_id         uuid REFERENCES innovation.people (person_id),
    email             text,
    email_key         text,
    is_lead           boolean NOT NULL,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    joined_at         timestamptz,
    ended_at          timestamptz
);
CREATE UNIQUE INDEX applicants_once ON innovation.applicants (application_id, person_id) WHERE state = 'member';
CREATE UNIQUE INDEX applicants_invited ON innovation.applicants (application_id, email_key) WHERE state = 'invited';
CREATE UNIQUE INDEX applicants_lead ON innovation.applicants (application_id) WHERE is_lead;
CREATE INDEX applicants_of ON innovation.applicants (person_id, state);
CREATE INDEX applicants_invitations ON innovation.applicants (email_key) WHERE state = 'invited';
CREATE INDEX applicants_state ON innovation.applicants (state, applicant_id) WHERE state = 'invited';

-- What was handed in, for good. The digest is SHA-256 over the canonical content, digests of files included.
CREATE TABLE innovation.application_versions (
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    number          integer NOT NULL CHECK (number > 0),
    round           integer NOT NULL CHECK (round IN (1, 2)),
    content         jsonb NOT NULL,
    digest          bytea NOT NULL CHECK (octet_length(digest) = 32),
    submitted_at    timestamptz NOT NULL,
    PRIMARY KEY (application_id, number)
);
CREATE TRIGGER keep_versions BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.application_versions
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- Who wrote what: each field that was changed, for those who write together.
CREATE TABLE innovation.application_changes (
    change_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    person_id       uuid REFERENCES innovation.people (person_id),
    at              timestamptz NOT NULL,
    -- The application's since then.
    version         integer NOT NULL,
    -- A column of the application, or answer:<round>:<code>.
    field           text NOT NULL,
    before          text NOT NULL,
    after           text NOT NULL
);
CREATE INDEX application_changes_of ON innovation.application_changes (application_id, change_id);

CREATE TABLE innovation.application_files (
    file_id         uuid PRIMARY KEY,
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    name            text NOT NULL,
    media_type      text NOT NULL,
    size_bytes      bigint NOT NULL CHECK (size_bytes > 0),
    digest          bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at        timestamptz NOT NULL,
    removed_at      timestamptz
);
CREATE INDEX application_files_of ON innovation.application_files (application_id, added_at);

-- What the programme asks while the clock stands still, and what is answered.
CREATE TABLE innovation.application_questions (
    question_id     uuid PRIMARY KEY,
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    question        text NOT NULL,
    asked_at        timestamptz NOT NULL,
    asked_by        uuid REFERENCES innovation.people (person_id),
    due_at          timestamptz NOT NULL,
    answer          text,
    answered_at     timestamptz,
    answered_by     uuid REFERENCES innovation.people (person_id)
);
CREATE INDEX application_questions_of ON innovation.application_questions (application_id, asked_at);

-- Why a rejection is thought to be wrong; one an application.
CREATE TABLE innovation.application_appeals (
    application_id  uuid PRIMARY KEY REFERENCES innovation.applications (application_id),
    text            text NOT NULL,
    filed_at        timestamptz NOT NULL,
    filed_by        uuid REFERENCES innovation.people (person_id),
    answer          text,
    answered_at     timestamptz,
    answered_by     uuid REFERENCES innovation.people (person_id)
);

CREATE TABLE innovation.application_late_codes (
    late_code_id  uuid PRIMARY KEY,
    call_id       uuid NOT NULL REFERENCES innovation.calls (call_id),
    -- Who redeemed it.
    application_id uuid REFERENCES innovation.applications (application_id),
    code_digest   bytea NOT NULL UNIQUE CHECK (octet_length(code_digest) = 32),
    until         timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX application_late_codes_of ON innovation.application_late_codes (call_id);

-- Reminders that were mailed, once each: named by the deadline, its instant, and the days before it.
CREATE TABLE innovation.application_reminders (
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    name            text NOT NULL,
    sent_at         timestamptz NOT NULL,
    PRIMARY KEY (application_id, name)
);

GRANT SELECT, INSERT, UPDATE ON innovation.applications, innovation.application_questions,
    innovation.application_appeals, innovation.application_late_codes TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.applicants, innovation.application_changes,
    innovation.application_files TO falaj_portal;
GRANT SELECT, INSERT ON innovation.application_versions, innovation.application_reminders TO falaj_portal;
