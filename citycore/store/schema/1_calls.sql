-- Calls for funding -------------------------------------------------------------------------

-- Money is in minor units of its currency: 1 OMR = 1,000 baisa.
CREATE TABLE innovation.calls (
    call_id           uuid PRIMARY KEY,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Its name in addresses.
    code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    -- Who funds.
    organisation_id   uuid REFERENCES innovation.organisations (organisation_id),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    summary_ar        text NOT NULL,
    summary_en        text NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    budget_minor      bigint NOT NULL CHECK (budget_minor > 0),
    award_min_minor   bigint NOT NULL CHECK (award_min_minor >= 0),
    award_max_minor   bigint NOT NULL CHECK (award_max_minor > 0 AND award_max_minor >= award_min_minor),
    -- Two with an outline first and a full proposal of those who are invited.
    rounds            integer NOT NULL CHECK (rounds IN (1, 2)),
    -- Rounds that have been opened.
    round             integer NOT NULL DEFAULT 0 CHECK (round BETWEEN 0 AND rounds),
    is_blind          boolean NOT NULL,
    reviews_each      integer NOT NULL CHECK (reviews_each BETWEEN 1 AND 9),
    -- Who may apply: {"kinds": ["person", "agency", "company", "university"], "governorates": ["OM-MA", …],
    -- "statements": [{"code", "name_ar", "name_en"}, …]}; an empty list of governorates means all. The statements are
    -- confirmed by whoever applies.
    eligibility       jsonb NOT NULL,
    -- [{"code", "name_ar", "name_en", "weight", "may_be_not_applicable"}, …]; weights sum to 100.
    criteria          jsonb NOT NULL,
    -- Where it came from: the hackathon whose winners it is for.
    hackathon_id      uuid REFERENCES innovation.hackathons (hackathon_id),
    search_text       text GENERATED ALWAYS AS (normalise_text(
        title_ar || ' ' || title_en || ' ' || summary_ar || ' ' || summary_en)) STORED
);
CREATE INDEX calls_newest ON innovation.calls (created_at, call_id);
CREATE INDEX calls_state ON innovation.calls (state, call_id);
CREATE INDEX calls_search ON innovation.calls USING gin (search_text gin_trgm_ops);

-- What is asked in each round: a list of fields like those of submissions; fixed once the call is open.
CREATE TABLE innovation.call_forms (
    call_id  uuid NOT NULL REFERENCES innovation.calls (call_id),
    round    integer NOT NULL CHECK (round IN (1, 2)),
    fields   jsonb NOT NULL,
    PRIMARY KEY (call_id, round)
);

GRANT SELECT, INSERT, UPDATE ON innovation.calls, innovation.call_forms TO falaj_portal;
