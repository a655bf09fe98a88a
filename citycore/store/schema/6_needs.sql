-- What agencies need, and what vendors answer -------------------------------------------------

CREATE TABLE innovation.needs (
    need_id           uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    created_by        uuid REFERENCES innovation.people (person_id),
    -- Its name in addresses.
    code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    problem_ar        text NOT NULL,
    problem_en        text NOT NULL,
    -- Codes of hackathon/taxonomy.
    sector            text NOT NULL,
    capabilities      text[] NOT NULL,
    capabilities_wished text[] NOT NULL,
    standards         text[] NOT NULL,
    maturity_min      integer NOT NULL CHECK (maturity_min BETWEEN 1 AND 9),
    governorate       text CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    languages         text[] NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    budget_minor      bigint CHECK (budget_minor > 0),
    is_budget_public  boolean NOT NULL,
    -- Whether vendors answer with sealed responses; without, it is only matched and introduced.
    is_sealed         boolean NOT NULL,
    -- [{"code", "name_ar", "name_en", "weight"}, …]; weights sum to 100.
    criteria          jsonb NOT NULL,
    -- Nothing suited: the challenge of a hackathon that it became.
    challenge_id      uuid REFERENCES innovation.challenges (challenge_id),
    search_text       text GENERATED ALWAYS AS (normalise_text(
        title_ar || ' ' || title_en || ' ' || problem_ar || ' ' || problem_en)) STORED
);
CREATE INDEX needs_of_organisation ON innovation.needs (organisation_id, need_id);
CREATE INDEX needs_state ON innovation.needs (state, need_id);
CREATE INDEX needs_newest ON innovation.needs (created_at, need_id);
CREATE INDEX needs_search ON innovation.needs USING gin (search_text gin_trgm_ops);

GRANT SELECT, INSERT, UPDATE ON innovation.needs TO falaj_portal;
