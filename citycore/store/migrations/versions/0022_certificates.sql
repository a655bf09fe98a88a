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

GRANT SELECT, INSERT, UPDATE ON innovation.certificates TO falaj_portal;

DROP VIEW public.ambassador_directory, public.ambassador_reach;
-- What everybody may read of ambassadors, beside the rest of the open data of the programme.
-- Whoever is not listed cannot be found out by a condition that fails for them only.
CREATE VIEW open_innovation.ambassadors WITH (security_barrier) AS
SELECT ambassador_id, name_ar, name_en, governorate, biography_ar, biography_en, is_emeritus
FROM innovation.ambassador_directory;
-- Online events belong to no governorate.
CREATE VIEW open_innovation.ambassador_reach WITH (security_barrier) AS
SELECT month, governorate, topic, audience, count(*) AS events, sum(reached) AS reached
FROM innovation.event_reach
GROUP BY month, governorate, topic, audience;
GRANT SELECT ON open_innovation.ambassadors, open_innovation.ambassador_reach TO falaj_read;
