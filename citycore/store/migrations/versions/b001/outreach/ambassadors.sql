CREATE TABLE innovation.ambassadors (
    ambassador_id     uuid PRIMARY KEY,
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    applied_at        timestamptz NOT NULL,
    -- ISO 3166-2:OM
    governorate       text NOT NULL CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    motivation        text NOT NULL,
    language          text NOT NULL CHECK (language IN ('en', 'ar')),
    -- The consent to stand in the public directory.
    is_listed         boolean NOT NULL DEFAULT false,
    biography_ar      text NOT NULL DEFAULT '',
    biography_en      text NOT NULL DEFAULT '',
    -- Terms that have begun.
    term              integer NOT NULL DEFAULT 0,
    term_starts_at    timestamptz,
    term_ends_at      timestamptz CHECK (term_ends_at > term_starts_at),
    -- The day of the last verified activity; at first that of the start.
    last_active_at    timestamptz,
    search_text       text GENERATED ALWAYS AS (normalise_text(biography_ar || ' ' || biography_en)) STORED
);
-- One at a time: a new application is possible when everything before is over.
CREATE UNIQUE INDEX ambassadors_open ON innovation.ambassadors (person_id)
    WHERE state NOT IN ('rejected', 'withdrawn', 'removed', 'emeritus');
CREATE INDEX ambassadors_person ON innovation.ambassadors (person_id, applied_at);
CREATE INDEX ambassadors_state ON innovation.ambassadors (state, ambassador_id);

-- The training and the code of conduct, version by version.
CREATE TABLE innovation.ambassador_papers (
    kind          text NOT NULL CHECK (kind IN ('training', 'conduct')),
    version       integer NOT NULL CHECK (version >= 1),
    text_ar       text NOT NULL,
    text_en       text NOT NULL,
    published_at  timestamptz NOT NULL,
    published_by  uuid REFERENCES innovation.people (person_id),
    PRIMARY KEY (kind, version)
);
CREATE TABLE innovation.ambassador_commitments (
    ambassador_id  uuid NOT NULL REFERENCES innovation.ambassadors (ambassador_id),
    kind           text NOT NULL,
    version        integer NOT NULL,
    at             timestamptz NOT NULL,
    noted_by       uuid REFERENCES innovation.people (person_id),
    PRIMARY KEY (ambassador_id, kind, version),
    FOREIGN KEY (kind, version) REFERENCES innovation.ambassador_papers (kind, version)
);
CREATE INDEX ambassador_commitments_noted ON innovation.ambassador_commitments (noted_by);

-- What everybody sees of those who agreed to be seen. How somebody stands just now is nobody's business.
CREATE VIEW innovation.ambassador_directory AS
    SELECT ambassador_id, name_ar, name_en, governorate, biography_ar, biography_en,
           ambassadors.state = 'emeritus' AS is_emeritus,
           -- Of names and biographies; the address is nobody's to search for.
           concat_ws(' ', sort_ar, sort_en, ambassadors.search_text) AS search_text
    FROM innovation.ambassadors JOIN innovation.people USING (person_id)
    WHERE is_listed AND people.state = 'active'
      AND ambassadors.state IN ('active', 'on_leave', 'at_risk', 'renewal_due', 'emeritus');

GRANT SELECT, INSERT, UPDATE ON innovation.ambassadors TO falaj_portal;
GRANT SELECT, INSERT ON innovation.ambassador_papers, innovation.ambassador_commitments TO falaj_portal;
GRANT SELECT ON innovation.ambassador_directory TO falaj_portal;
