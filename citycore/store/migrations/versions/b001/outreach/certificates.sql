-- What somebody is certified, once each. What is signed stands in the credential.
CREATE TABLE innovation.certificates (
    certificate_id    uuid PRIMARY KEY,
    -- Its name in addresses.
    short_id          text NOT NULL UNIQUE CHECK (short_id ~ '^[0-9a-hjkmnp-tv-z]{10}$'),
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    kind              text NOT NULL CHECK (kind IN ('ambassador', 'participant', 'team_member', 'winner', 'judge')),
    -- The ambassador or the hackathon, and which of several terms.
    subject_id        uuid NOT NULL,
    occurrence        integer NOT NULL CHECK (occurrence >= 1),
    occasion_ar       text NOT NULL,
    occasion_en       text NOT NULL,
    starts_on         date NOT NULL,
    ends_on           date NOT NULL CHECK (ends_on >= starts_on),
    minutes           integer CHECK (minutes >= 0),
    reached           integer CHECK (reached >= 0),
    expires_at        timestamptz,
    -- As the holder approved it.
    name_ar           text,
    name_en           text,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Where it stands in the lists of revoked ones.
    number            integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    salt              text NOT NULL,
    issued_at         timestamptz,
    credential        text
);
CREATE UNIQUE INDEX certificates_once ON innovation.certificates (kind, subject_id, occurrence, person_id)
    WHERE state IN ('offered', 'issued');
CREATE INDEX certificates_of_person ON innovation.certificates (person_id, created_at);
CREATE INDEX certificates_newest ON innovation.certificates (created_at, certificate_id);
CREATE INDEX certificates_of_subject ON innovation.certificates (subject_id, kind, person_id);

GRANT SELECT, INSERT, UPDATE ON innovation.certificates TO falaj_portal;
