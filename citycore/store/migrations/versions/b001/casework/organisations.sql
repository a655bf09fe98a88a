CREATE TABLE innovation.organisations (
    organisation_id   uuid PRIMARY KEY,
    kind              text NOT NULL CHECK (kind IN ('agency', 'company', 'university')),
    name_ar           text,
    name_en           text,
    state             text NOT NULL,
    reason            text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    registered_by     uuid REFERENCES innovation.people (person_id),
    registered_at     timestamptz NOT NULL,
    search_text  text GENERATED ALWAYS AS (normalise_text(
        coalesce(name_ar, '') || ' ' || coalesce(name_en, ''))) STORED,
    sort_ar  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_ar, name_en, ''))) STORED,
    sort_en  text COLLATE "C" GENERATED ALWAYS AS (normalise_text(coalesce(name_en, name_ar, ''))) STORED,
    CHECK (name_ar IS NOT NULL OR name_en IS NOT NULL)
);
CREATE INDEX organisations_search ON innovation.organisations USING gin (search_text gin_trgm_ops);
CREATE INDEX organisations_sort_ar ON innovation.organisations (sort_ar, organisation_id);
CREATE INDEX organisations_sort_en ON innovation.organisations (sort_en, organisation_id);

-- Domains of an organisation's own addresses; who has one is shown the organisation, no more.
CREATE TABLE innovation.organisation_domains (
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    domain           text NOT NULL CHECK (domain = lower(domain)),
    PRIMARY KEY (organisation_id, domain)
);
CREATE INDEX organisation_domains_of ON innovation.organisation_domains (domain);

-- Who belongs to an organisation, did, or may come to. An invitation goes to an address, whoever has it.
CREATE TABLE innovation.memberships (
    membership_id     uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    person_id         uuid REFERENCES innovation.people (person_id),
    email             text,
    email_key         text,
    is_admin          boolean NOT NULL DEFAULT false,
    state             text NOT NULL,
    reason            text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    invited_by        uuid REFERENCES innovation.people (person_id),
    created_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX memberships_person ON innovation.memberships (organisation_id, person_id)
    WHERE state IN ('requested', 'member');
CREATE UNIQUE INDEX memberships_invited ON innovation.memberships (organisation_id, email_key)
    WHERE state = 'invited';
CREATE INDEX memberships_in ON innovation.memberships (organisation_id, state, membership_id);
CREATE INDEX memberships_of ON innovation.memberships (person_id, state);
CREATE INDEX memberships_invitations ON innovation.memberships (email_key) WHERE state = 'invited';

GRANT SELECT, INSERT, UPDATE ON innovation.organisations TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.memberships TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.organisation_domains TO falaj_portal;
