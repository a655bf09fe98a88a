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

-- What everybody may know of calls. States are listed: one that is new is not public until it stands here. When
-- decisions are ready nobody is told, nor by the time of the last change.
CREATE VIEW open_innovation.calls WITH (security_barrier) AS
SELECT call.call_id, call.code, call.title_ar, call.title_en, call.summary_ar, call.summary_en,
       CASE WHEN call.state IN ('second_closed', 'decided') THEN 'reviewing' ELSE call.state END AS state,
       call.state_reason, call.currency, call.budget_minor, call.award_min_minor, call.award_max_minor, call.rounds,
       call.is_blind, call.reviews_each, call.eligibility, call.criteria,
       funder.organisation_id, funder.kind AS organisation_kind, funder.name_ar AS organisation_name_ar,
       funder.name_en AS organisation_name_en, hackathon.code AS hackathon_code,
       ARRAY(SELECT form.fields FROM innovation.call_forms AS form
             WHERE form.call_id = call.call_id AND form.round <= call.rounds ORDER BY form.round) AS forms,
       coalesce(told.published_at, call.created_at) AS published_at,
       greatest(told.changed_at, told.published_at, call.created_at) AS changed_at
FROM innovation.calls AS call
-- Who funds stands there while the organisation is what it said it was, and when it exists no more.
LEFT JOIN innovation.organisations AS funder
    ON funder.organisation_id = call.organisation_id AND funder.state IN ('verified', 'dissolved')
LEFT JOIN open_innovation.hackathons AS hackathon ON hackathon.hackathon_id = call.hackathon_id
CROSS JOIN LATERAL (
    SELECT min(audit.at) FILTER (WHERE audit.event IN ('forecast', 'open')) AS published_at,
           max(audit.at) FILTER (WHERE audit.event IN (
               'edit', 'set_form', 'set_criteria', 'set_eligibility', 'extend_deadline', 'forecast', 'open', 'close',
               'open_second', 'announce', 'archive', 'cancel')) AS changed_at
    FROM innovation.audit WHERE audit.object = call.call_id AND audit.machine = 'call'
) AS told
WHERE call.state IN ('forecasted', 'open', 'closed', 'reviewing', 'second_open', 'second_closed', 'decided',
                     'announced', 'archived')
   -- A draft that is given up was never public.
   OR (call.state = 'cancelled' AND told.published_at IS NOT NULL);

-- Only dates that count: those of a call that is called off do not, nor those of a round that there is not.
CREATE VIEW open_innovation.call_deadlines WITH (security_barrier) AS
SELECT call.call_id, call.code, call.title_ar, call.title_en, deadline.name, deadline.instant, deadline.zone,
       coalesce(moved.extensions, '[]') AS extensions
FROM innovation.deadlines AS deadline
JOIN open_innovation.calls AS call ON call.call_id = deadline.object_id
LEFT JOIN innovation.moved_deadlines AS moved
    ON moved.object_id = deadline.object_id AND moved.name = deadline.name
WHERE call.state <> 'cancelled' AND (call.rounds = 2 OR deadline.name <> 'second_closes');

GRANT SELECT ON open_innovation.calls, open_innovation.call_deadlines TO falaj_read;
