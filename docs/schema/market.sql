-- The schema of `market` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b001/market/introductions.sql

CREATE TABLE innovation.introductions (
    introduction_id uuid NOT NULL,
    need_id uuid NOT NULL,
    offering_id uuid NOT NULL,
    offering_number integer NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    suggested_by text NOT NULL,
    score integer NOT NULL,
    parts jsonb NOT NULL,
    agency_interested_at timestamp with time zone,
    vendor_interested_at timestamp with time zone,
    agency_contact uuid,
    vendor_contact uuid,
    shared_at timestamp with time zone,
    met_at timestamp with time zone,
    pilot_at timestamp with time zone,
    stage text NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN state = 'contract'::text THEN 'contract'::text
    WHEN pilot_at IS NOT NULL THEN 'pilot'::text
    WHEN met_at IS NOT NULL THEN 'meeting'::text
    WHEN shared_at IS NOT NULL THEN 'contacts_shared'::text
    WHEN agency_interested_at IS NOT NULL OR vendor_interested_at IS NOT NULL THEN 'interested'::text
    ELSE 'suggested'::text
END) STORED,
    CONSTRAINT introductions_pkey PRIMARY KEY (introduction_id),
    CONSTRAINT introductions_score_check CHECK (score >= 0 AND score <= 100000),
    CONSTRAINT introductions_suggested_by_check CHECK (suggested_by = ANY (ARRAY['agency'::text, 'vendor'::text, 'programme'::text])),
    CONSTRAINT introductions_agency_contact_fkey FOREIGN KEY (agency_contact) REFERENCES innovation.people(person_id),
    CONSTRAINT introductions_need_id_fkey FOREIGN KEY (need_id) REFERENCES innovation.needs(need_id),
    CONSTRAINT introductions_offering_id_offering_number_fkey FOREIGN KEY (offering_id, offering_number) REFERENCES innovation.offering_versions(offering_id, number),
    CONSTRAINT introductions_vendor_contact_fkey FOREIGN KEY (vendor_contact) REFERENCES innovation.people(person_id)
);
CREATE INDEX introductions_agency_contact ON innovation.introductions USING btree (agency_contact);
CREATE INDEX introductions_counted ON innovation.introductions USING btree (stage, state);
CREATE INDEX introductions_newest ON innovation.introductions USING btree (created_at, introduction_id);
CREATE INDEX introductions_of_offering ON innovation.introductions USING btree (offering_id, introduction_id);
CREATE UNIQUE INDEX introductions_once ON innovation.introductions USING btree (need_id, offering_id) WHERE state <> 'expired'::text;
CREATE INDEX introductions_since ON innovation.introductions USING btree (state_changed_at, introduction_id);
CREATE INDEX introductions_state ON innovation.introductions USING btree (state, introduction_id);
CREATE INDEX introductions_vendor_contact ON innovation.introductions USING btree (vendor_contact);
GRANT INSERT, SELECT, UPDATE ON innovation.introductions TO falaj_portal;

CREATE TABLE innovation.introduction_outcomes (
    introduction_id uuid NOT NULL,
    side text NOT NULL,
    days integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    answered_at timestamp with time zone,
    answered_by uuid,
    has_met boolean,
    has_pilot boolean,
    has_contract boolean,
    value_band text,
    note text NOT NULL DEFAULT ''::text,
    CONSTRAINT introduction_outcomes_pkey PRIMARY KEY (introduction_id, days, side),
    CONSTRAINT introduction_outcomes_check CHECK ((answered_at IS NULL) = (has_met IS NULL) AND (answered_at IS NULL) = (has_pilot IS NULL) AND (answered_at IS NULL) = (has_contract IS NULL)),
    CONSTRAINT introduction_outcomes_days_check CHECK (days > 0),
    CONSTRAINT introduction_outcomes_side_check CHECK (side = ANY (ARRAY['agency'::text, 'vendor'::text])),
    CONSTRAINT introduction_outcomes_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES innovation.people(person_id),
    CONSTRAINT introduction_outcomes_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES innovation.introductions(introduction_id)
);
CREATE INDEX introduction_outcomes_by ON innovation.introduction_outcomes USING btree (answered_by);
CREATE INDEX introduction_outcomes_due ON innovation.introduction_outcomes USING btree (due_at) WHERE asked_at IS NULL;
GRANT INSERT, SELECT, UPDATE ON innovation.introduction_outcomes TO falaj_portal;

CREATE VIEW innovation.introduction_stages AS
 SELECT introduction_id,
    created_at,
    stage,
    state
   FROM innovation.introductions;
GRANT SELECT ON innovation.introduction_stages TO falaj_portal;

CREATE VIEW open_innovation.introductions WITH (security_barrier=true) AS
 SELECT EXTRACT(year FROM (created_at AT TIME ZONE 'Asia/Muscat'::text))::integer AS year,
    stage,
        CASE
            WHEN count(*) >= 5 THEN count(*)
            ELSE NULL::bigint
        END AS introduction_count
   FROM innovation.introduction_stages
  GROUP BY (EXTRACT(year FROM (created_at AT TIME ZONE 'Asia/Muscat'::text))::integer), stage;
GRANT SELECT ON open_innovation.introductions TO falaj_portal;
GRANT SELECT ON open_innovation.introductions TO falaj_read;

-- citycore/store/migrations/versions/b001/market/journeys.sql

CREATE VIEW innovation.journey_links AS
 SELECT 'challenge'::text AS kind,
    teams.challenge_id AS object_id,
    'submission'::text AS next_kind,
    submissions.submission_id AS next_id
   FROM innovation.teams
     JOIN innovation.submissions USING (team_id)
  WHERE teams.challenge_id IS NOT NULL
UNION ALL
 SELECT 'submission'::text AS kind,
    applications.submission_id AS object_id,
    'application'::text AS next_kind,
    applications.application_id AS next_id
   FROM innovation.applications
  WHERE applications.submission_id IS NOT NULL
UNION ALL
 SELECT 'submission'::text AS kind,
    offerings.submission_id AS object_id,
    'offering'::text AS next_kind,
    offerings.offering_id AS next_id
   FROM innovation.offerings
  WHERE offerings.submission_id IS NOT NULL
UNION ALL
 SELECT 'application'::text AS kind,
    funding_awards.application_id AS object_id,
    'award'::text AS next_kind,
    funding_awards.award_id AS next_id
   FROM innovation.funding_awards
UNION ALL
 SELECT 'need'::text AS kind,
    needs.need_id AS object_id,
    'challenge'::text AS next_kind,
    needs.challenge_id AS next_id
   FROM innovation.needs
  WHERE needs.challenge_id IS NOT NULL
UNION ALL
 SELECT 'need'::text AS kind,
    introductions.need_id AS object_id,
    'introduction'::text AS next_kind,
    introductions.introduction_id AS next_id
   FROM innovation.introductions
UNION ALL
 SELECT 'offering'::text AS kind,
    introductions.offering_id AS object_id,
    'introduction'::text AS next_kind,
    introductions.introduction_id AS next_id
   FROM innovation.introductions
UNION ALL
 SELECT
        CASE
            WHEN pilots.introduction_id IS NOT NULL THEN 'introduction'::text
            WHEN pilots.submission_id IS NOT NULL THEN 'submission'::text
            ELSE 'award'::text
        END AS kind,
    COALESCE(pilots.introduction_id, pilots.submission_id, pilots.award_id) AS object_id,
    'pilot'::text AS next_kind,
    pilots.pilot_id AS next_id
   FROM innovation.pilots
UNION ALL
 SELECT grounds.kind,
    grounds.object_id,
    'decision'::text AS next_kind,
    grounds.decision_id AS next_id
   FROM participation.decision_grounds grounds
UNION ALL
 SELECT 'decision'::text AS kind,
    decisions.replaces_id AS object_id,
    'decision'::text AS next_kind,
    decisions.decision_id AS next_id
   FROM participation.decisions
  WHERE decisions.replaces_id IS NOT NULL;
GRANT SELECT ON innovation.journey_links TO falaj_portal;

-- citycore/store/migrations/versions/b001/market/needs.sql

CREATE TABLE innovation.needs (
    need_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    code text NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    problem_ar text NOT NULL,
    problem_en text NOT NULL,
    client_kind text NOT NULL,
    sector text NOT NULL,
    capabilities text[] NOT NULL,
    capabilities_wished text[] NOT NULL,
    standards text[] NOT NULL,
    maturity_min integer NOT NULL,
    governorate text,
    languages text[] NOT NULL,
    currency text NOT NULL,
    budget_minor bigint,
    is_budget_public boolean NOT NULL,
    sme_only boolean NOT NULL,
    is_sealed boolean NOT NULL,
    criteria jsonb NOT NULL,
    published_at timestamp with time zone,
    intended_id uuid,
    debrief_ar text NOT NULL DEFAULT ''::text,
    debrief_en text NOT NULL DEFAULT ''::text,
    challenge_id uuid,
    search_text text GENERATED ALWAYS AS (normalise_text((((((title_ar || ' '::text) || title_en) || ' '::text) || problem_ar) || ' '::text) || problem_en)) STORED,
    CONSTRAINT needs_pkey PRIMARY KEY (need_id),
    CONSTRAINT needs_code_key UNIQUE (code),
    CONSTRAINT needs_budget_minor_check CHECK (budget_minor > 0),
    CONSTRAINT needs_code_check CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text),
    CONSTRAINT needs_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
    CONSTRAINT needs_governorate_check CHECK (governorate ~ '^OM-[A-Z]{2}$'::text),
    CONSTRAINT needs_maturity_min_check CHECK (maturity_min >= 1 AND maturity_min <= 9),
    CONSTRAINT needs_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES innovation.challenges(challenge_id),
    CONSTRAINT needs_created_by_fkey FOREIGN KEY (created_by) REFERENCES innovation.people(person_id),
    CONSTRAINT needs_intended_id_fkey FOREIGN KEY (intended_id) REFERENCES innovation.responses(response_id),
    CONSTRAINT needs_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX needs_counted ON innovation.needs USING btree (state, organisation_id);
CREATE INDEX needs_newest ON innovation.needs USING btree (created_at, need_id);
CREATE INDEX needs_of_organisation ON innovation.needs USING btree (organisation_id, need_id);
CREATE INDEX needs_search ON innovation.needs USING gin (search_text gin_trgm_ops);
CREATE INDEX needs_since ON innovation.needs USING btree (state_changed_at, need_id);
CREATE INDEX needs_state ON innovation.needs USING btree (state, need_id);
GRANT INSERT, SELECT, UPDATE ON innovation.needs TO falaj_portal;

CREATE TABLE innovation.need_questions (
    question_id uuid NOT NULL,
    need_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    asked_by uuid,
    text text NOT NULL,
    language text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    shown text,
    answer_ar text,
    answer_en text,
    answered_at timestamp with time zone,
    CONSTRAINT need_questions_pkey PRIMARY KEY (question_id),
    CONSTRAINT need_questions_check CHECK ((answered_at IS NULL) = (shown IS NULL) AND (answered_at IS NULL) = (answer_ar IS NULL) AND (answered_at IS NULL) = (answer_en IS NULL)),
    CONSTRAINT need_questions_language_check CHECK (language = ANY (ARRAY['ar'::text, 'en'::text])),
    CONSTRAINT need_questions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES innovation.people(person_id),
    CONSTRAINT need_questions_need_id_fkey FOREIGN KEY (need_id) REFERENCES innovation.needs(need_id),
    CONSTRAINT need_questions_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES innovation.vendors(vendor_id)
);
CREATE INDEX need_questions_by ON innovation.need_questions USING btree (asked_by);
CREATE INDEX need_questions_of ON innovation.need_questions USING btree (need_id, asked_at, question_id);
GRANT INSERT, SELECT, UPDATE ON innovation.need_questions TO falaj_portal;

CREATE TABLE innovation.need_addenda (
    addendum_id uuid NOT NULL,
    need_id uuid NOT NULL,
    text_ar text NOT NULL,
    text_en text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by uuid,
    CONSTRAINT need_addenda_pkey PRIMARY KEY (addendum_id),
    CONSTRAINT need_addenda_need_id_fkey FOREIGN KEY (need_id) REFERENCES innovation.needs(need_id),
    CONSTRAINT need_addenda_published_by_fkey FOREIGN KEY (published_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX need_addenda_by ON innovation.need_addenda USING btree (published_by);
CREATE INDEX need_addenda_of ON innovation.need_addenda USING btree (need_id, published_at, addendum_id);
GRANT INSERT, SELECT, UPDATE (published_by) ON innovation.need_addenda TO falaj_portal;

CREATE TABLE innovation.need_openers (
    opener_id uuid NOT NULL,
    need_id uuid NOT NULL,
    person_id uuid NOT NULL,
    side text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    public_key bytea,
    key_made_at timestamp with time zone,
    opened_at timestamp with time zone,
    CONSTRAINT need_openers_pkey PRIMARY KEY (opener_id),
    CONSTRAINT need_openers_need_id_person_id_key UNIQUE (need_id, person_id),
    CONSTRAINT need_openers_check CHECK ((public_key IS NULL) = (key_made_at IS NULL)),
    CONSTRAINT need_openers_public_key_check CHECK (octet_length(public_key) = 32),
    CONSTRAINT need_openers_side_check CHECK (side = ANY (ARRAY['agency'::text, 'programme'::text])),
    CONSTRAINT need_openers_need_id_fkey FOREIGN KEY (need_id) REFERENCES innovation.needs(need_id),
    CONSTRAINT need_openers_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX need_openers_of_person ON innovation.need_openers USING btree (person_id);
CREATE TRIGGER keep_opener_keys BEFORE UPDATE ON innovation.need_openers FOR EACH ROW WHEN (old.opener_id IS DISTINCT FROM new.opener_id OR old.need_id IS DISTINCT FROM new.need_id OR old.person_id IS DISTINCT FROM new.person_id OR old.side IS DISTINCT FROM new.side OR old.public_key IS DISTINCT FROM new.public_key OR old.key_made_at IS DISTINCT FROM new.key_made_at) EXECUTE FUNCTION innovation.keep_openers();
CREATE TRIGGER keep_openers BEFORE INSERT OR DELETE ON innovation.need_openers FOR EACH ROW EXECUTE FUNCTION innovation.keep_openers();
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.need_openers TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.keep_openers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'innovation', 'pg_temp'
AS $function$
DECLARE
    published uuid;
BEGIN
    SELECT object INTO published FROM audit
    WHERE object IN (OLD.need_id, NEW.need_id) AND machine = 'need' AND event = 'publish' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the openers of need % and their keys are fixed', published
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE TABLE innovation.responses (
    response_id uuid NOT NULL,
    need_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    sealed_at timestamp with time zone,
    sealed bytea,
    digest bytea,
    CONSTRAINT responses_pkey PRIMARY KEY (response_id),
    CONSTRAINT responses_need_id_vendor_id_key UNIQUE (need_id, vendor_id),
    CONSTRAINT responses_check CHECK ((sealed IS NULL) = (digest IS NULL) AND (sealed IS NULL) = (sealed_at IS NULL)),
    CONSTRAINT responses_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT responses_created_by_fkey FOREIGN KEY (created_by) REFERENCES innovation.people(person_id),
    CONSTRAINT responses_need_id_fkey FOREIGN KEY (need_id) REFERENCES innovation.needs(need_id),
    CONSTRAINT responses_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT responses_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES innovation.vendors(vendor_id)
);
CREATE INDEX responses_by ON innovation.responses USING btree (created_by);
CREATE INDEX responses_of_organisation ON innovation.responses USING btree (organisation_id, response_id);
CREATE INDEX responses_state ON innovation.responses USING btree (state, response_id);
GRANT INSERT, SELECT, UPDATE ON innovation.responses TO falaj_portal;

CREATE TABLE innovation.response_shares (
    response_id uuid NOT NULL,
    opener_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT response_shares_pkey PRIMARY KEY (response_id, opener_id, partner_id),
    CONSTRAINT response_shares_check CHECK (opener_id <> partner_id),
    CONSTRAINT response_shares_opener_id_fkey FOREIGN KEY (opener_id) REFERENCES innovation.need_openers(opener_id),
    CONSTRAINT response_shares_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES innovation.need_openers(opener_id),
    CONSTRAINT response_shares_response_id_fkey FOREIGN KEY (response_id) REFERENCES innovation.responses(response_id)
);
GRANT DELETE, INSERT, SELECT ON innovation.response_shares TO falaj_portal;

CREATE TABLE innovation.response_openings (
    response_id uuid NOT NULL,
    opener_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    share bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT response_openings_pkey PRIMARY KEY (response_id, opener_id, partner_id),
    CONSTRAINT response_openings_share_check CHECK (octet_length(share) = 32),
    CONSTRAINT response_openings_opener_id_fkey FOREIGN KEY (opener_id) REFERENCES innovation.need_openers(opener_id),
    CONSTRAINT response_openings_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES innovation.need_openers(opener_id),
    CONSTRAINT response_openings_response_id_fkey FOREIGN KEY (response_id) REFERENCES innovation.responses(response_id)
);
GRANT DELETE, INSERT, SELECT ON innovation.response_openings TO falaj_portal;

CREATE TABLE innovation.response_contents (
    response_id uuid NOT NULL,
    document bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT response_contents_pkey PRIMARY KEY (response_id),
    CONSTRAINT response_contents_response_id_fkey FOREIGN KEY (response_id) REFERENCES innovation.responses(response_id)
);
GRANT INSERT, SELECT ON innovation.response_contents TO falaj_portal;

CREATE TABLE innovation.response_files (
    response_id uuid NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT response_files_pkey PRIMARY KEY (response_id, number),
    CONSTRAINT response_files_number_check CHECK (number > 0),
    CONSTRAINT response_files_response_id_fkey FOREIGN KEY (response_id) REFERENCES innovation.responses(response_id)
);
GRANT INSERT, SELECT ON innovation.response_files TO falaj_portal;

CREATE TABLE innovation.response_marks (
    response_id uuid NOT NULL,
    evaluator_id uuid NOT NULL,
    marks jsonb NOT NULL,
    comment text NOT NULL,
    marked_at timestamp with time zone NOT NULL,
    CONSTRAINT response_marks_pkey PRIMARY KEY (response_id, evaluator_id),
    CONSTRAINT response_marks_evaluator_id_fkey FOREIGN KEY (evaluator_id) REFERENCES innovation.people(person_id),
    CONSTRAINT response_marks_response_id_fkey FOREIGN KEY (response_id) REFERENCES innovation.responses(response_id)
);
CREATE INDEX response_marks_by ON innovation.response_marks USING btree (evaluator_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.response_marks TO falaj_portal;

CREATE VIEW open_innovation.need_deadlines WITH (security_barrier=true) AS
 SELECT object_id AS need_id,
    code,
    title_ar,
    title_en,
    name,
    instant,
    zone,
    extensions
   FROM innovation.dates
  WHERE kind = 'need'::text;
GRANT SELECT ON open_innovation.need_deadlines TO falaj_portal;
GRANT SELECT ON open_innovation.need_deadlines TO falaj_read;

CREATE VIEW open_innovation.needs WITH (security_barrier=true) AS
 SELECT needs.code,
    needs.state,
    needs.state_reason,
    needs.state_changed_at,
    needs.published_at,
    needs.title_ar,
    needs.title_en,
    needs.problem_ar,
    needs.problem_en,
    needs.client_kind,
    needs.sector,
    needs.capabilities,
    needs.capabilities_wished,
    needs.standards,
    needs.maturity_min,
    needs.governorate,
    needs.languages,
    needs.currency,
        CASE
            WHEN needs.is_budget_public THEN needs.budget_minor
            ELSE NULL::bigint
        END AS budget_minor,
    needs.sme_only,
    needs.is_sealed,
    needs.criteria,
    agency.name_ar AS agency_name_ar,
    agency.name_en AS agency_name_en,
    winner.name_ar AS awarded_to_ar,
    winner.name_en AS awarded_to_en,
    ARRAY( SELECT jsonb_build_object('deadline', dates.name, 'instant', dates.instant, 'zone', dates.zone, 'extensions', dates.extensions) AS jsonb_build_object
           FROM open_innovation.need_deadlines dates
          WHERE dates.need_id = needs.need_id
          ORDER BY dates.instant, dates.name) AS dates,
    needs.need_id
   FROM innovation.needs
     JOIN innovation.organisations agency USING (organisation_id)
     LEFT JOIN innovation.responses ON responses.response_id = needs.intended_id AND needs.state = 'awarded'::text
     LEFT JOIN innovation.organisations winner ON winner.organisation_id = responses.organisation_id
  WHERE (needs.state = ANY (ARRAY['published'::text, 'qa_closed'::text, 'suspended'::text, 'closed'::text, 'evaluating'::text, 'standstill'::text, 'awarded'::text, 'matched'::text, 'none_suitable'::text])) OR needs.state = 'cancelled'::text AND needs.published_at IS NOT NULL;
GRANT SELECT ON open_innovation.needs TO falaj_portal;
GRANT SELECT ON open_innovation.needs TO falaj_read;

-- citycore/store/migrations/versions/b001/market/offerings.sql

CREATE TABLE innovation.vendors (
    vendor_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    governorate text NOT NULL,
    is_sme boolean NOT NULL,
    profile_ar text NOT NULL,
    profile_en text NOT NULL,
    website text,
    CONSTRAINT vendors_pkey PRIMARY KEY (vendor_id),
    CONSTRAINT vendors_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT vendors_governorate_check CHECK (governorate ~ '^OM-[A-Z]{2}$'::text),
    CONSTRAINT vendors_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX vendors_begun ON innovation.vendors USING btree (created_at, vendor_id);
CREATE INDEX vendors_since ON innovation.vendors USING btree (state_changed_at, vendor_id);
CREATE INDEX vendors_state ON innovation.vendors USING btree (state, vendor_id);
GRANT INSERT, SELECT, UPDATE ON innovation.vendors TO falaj_portal;

CREATE TABLE innovation.vendor_documents (
    document_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    expires_on date NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    replaced_at timestamp with time zone,
    reminded_days integer,
    CONSTRAINT vendor_documents_pkey PRIMARY KEY (document_id),
    CONSTRAINT vendor_documents_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT vendor_documents_kind_check CHECK (kind = ANY (ARRAY['commercial_registration'::text, 'tax_card'::text, 'insurance'::text, 'sme_card'::text])),
    CONSTRAINT vendor_documents_size_bytes_check CHECK (size_bytes > 0),
    CONSTRAINT vendor_documents_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES innovation.people(person_id),
    CONSTRAINT vendor_documents_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES innovation.vendors(vendor_id)
);
CREATE INDEX vendor_documents_of ON innovation.vendor_documents USING btree (vendor_id, kind, added_at);
GRANT INSERT, SELECT, UPDATE ON innovation.vendor_documents TO falaj_portal;

CREATE TABLE innovation.offerings (
    offering_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    draft jsonb,
    published integer,
    submission_id uuid,
    CONSTRAINT offerings_pkey PRIMARY KEY (offering_id),
    CONSTRAINT offerings_submission_id_key UNIQUE (submission_id),
    CONSTRAINT offerings_published_check CHECK (published > 0),
    CONSTRAINT offerings_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id),
    CONSTRAINT offerings_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES innovation.vendors(vendor_id)
);
CREATE INDEX offerings_begun ON innovation.offerings USING btree (created_at, offering_id);
CREATE INDEX offerings_of_vendor ON innovation.offerings USING btree (vendor_id, offering_id);
CREATE INDEX offerings_since ON innovation.offerings USING btree (state_changed_at, offering_id);
CREATE INDEX offerings_state ON innovation.offerings USING btree (state, offering_id);
CREATE TRIGGER pictures_go AFTER DELETE ON innovation.offerings FOR EACH ROW EXECUTE FUNCTION innovation.drop_pictures('offering_id');
GRANT INSERT, SELECT, UPDATE ON innovation.offerings TO falaj_portal;

CREATE TABLE innovation.offering_versions (
    offering_id uuid NOT NULL,
    number integer NOT NULL,
    published_at timestamp with time zone NOT NULL,
    title_ar text,
    title_en text,
    summary_ar text,
    summary_en text,
    sectors text[] NOT NULL,
    capabilities text[] NOT NULL,
    standards text[] NOT NULL,
    maturity integer NOT NULL,
    price_band text,
    governorates text[] NOT NULL,
    languages text[] NOT NULL,
    "references" jsonb NOT NULL,
    digest bytea NOT NULL,
    search_text text GENERATED ALWAYS AS (normalise_text((((((COALESCE(title_ar, ''::text) || ' '::text) || COALESCE(title_en, ''::text)) || ' '::text) || COALESCE(summary_ar, ''::text)) || ' '::text) || COALESCE(summary_en, ''::text))) STORED,
    CONSTRAINT offering_versions_pkey PRIMARY KEY (offering_id, number),
    CONSTRAINT offering_versions_capabilities_check CHECK (cardinality(capabilities) > 0),
    CONSTRAINT offering_versions_check CHECK (title_ar IS NOT NULL OR title_en IS NOT NULL),
    CONSTRAINT offering_versions_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT offering_versions_maturity_check CHECK (maturity >= 1 AND maturity <= 9),
    CONSTRAINT offering_versions_number_check CHECK (number > 0),
    CONSTRAINT offering_versions_sectors_check CHECK (cardinality(sectors) > 0),
    CONSTRAINT offering_versions_offering_id_fkey FOREIGN KEY (offering_id) REFERENCES innovation.offerings(offering_id)
);
GRANT INSERT, SELECT ON innovation.offering_versions TO falaj_portal;

CREATE VIEW innovation.listed_offerings AS
 SELECT offerings.offering_id,
    vendors.vendor_id,
    vendors.organisation_id,
    organisations.name_ar AS vendor_ar,
    organisations.name_en AS vendor_en,
    organisations.search_text AS vendor_search_text,
    vendors.is_sme,
    offerings.submission_id,
    versions.number,
    versions.published_at,
    versions.title_ar,
    versions.title_en,
    versions.summary_ar,
    versions.summary_en,
    versions.sectors,
    versions.capabilities,
    versions.standards,
    versions.maturity,
    versions.price_band,
    versions.governorates,
    versions.languages,
    versions."references",
    versions.digest,
    versions.search_text
   FROM innovation.offerings
     JOIN innovation.offering_versions versions ON versions.offering_id = offerings.offering_id AND versions.number = offerings.published
     JOIN innovation.vendors USING (vendor_id)
     JOIN innovation.organisations USING (organisation_id)
  WHERE (offerings.state = ANY (ARRAY['published'::text, 'updating'::text, 'update_returned'::text])) AND vendors.state = 'verified'::text AND organisations.state = 'verified'::text;
GRANT SELECT ON innovation.listed_offerings TO falaj_portal;

CREATE VIEW open_innovation.vendors WITH (security_barrier=true) AS
 SELECT vendors.vendor_id,
    vendors.organisation_id,
    organisations.name_ar,
    organisations.name_en,
    vendors.governorate,
    vendors.is_sme,
    vendors.profile_ar,
    vendors.profile_en,
    vendors.website,
    ( SELECT count(*) AS count
           FROM innovation.listed_offerings listed
          WHERE listed.vendor_id = vendors.vendor_id) AS offering_count
   FROM innovation.vendors
     JOIN innovation.organisations USING (organisation_id)
  WHERE vendors.state = 'verified'::text AND organisations.state = 'verified'::text;
GRANT SELECT ON open_innovation.vendors TO falaj_portal;
GRANT SELECT ON open_innovation.vendors TO falaj_read;

CREATE VIEW open_innovation.offerings WITH (security_barrier=true) AS
 SELECT offering.offering_id,
    offering.vendor_id,
    told.vendor_ar,
    told.vendor_en,
    told.is_sme,
    offering.submission_id,
    told.number,
    told.published_at,
    told.title_ar,
    told.title_en,
    told.summary_ar,
    told.summary_en,
    told.sectors,
    told.capabilities,
    told.standards,
    told.maturity,
    told.price_band,
    told.governorates,
    told.languages,
    told."references",
    encode(told.digest, 'hex'::text) AS sha256
   FROM innovation.offerings offering
     CROSS JOIN LATERAL ( SELECT listed.offering_id,
            listed.vendor_id,
            listed.organisation_id,
            listed.vendor_ar,
            listed.vendor_en,
            listed.vendor_search_text,
            listed.is_sme,
            listed.submission_id,
            listed.number,
            listed.published_at,
            listed.title_ar,
            listed.title_en,
            listed.summary_ar,
            listed.summary_en,
            listed.sectors,
            listed.capabilities,
            listed.standards,
            listed.maturity,
            listed.price_band,
            listed.governorates,
            listed.languages,
            listed."references",
            listed.digest,
            listed.search_text
           FROM innovation.listed_offerings listed
          WHERE listed.offering_id = offering.offering_id
         LIMIT 1) told
  ORDER BY offering.offering_id;
GRANT SELECT ON open_innovation.offerings TO falaj_portal;
GRANT SELECT ON open_innovation.offerings TO falaj_read;

-- citycore/store/migrations/versions/b001/market/pilots.sql

CREATE TABLE innovation.pilots (
    pilot_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    code text NOT NULL,
    introduction_id uuid,
    submission_id uuid,
    award_id uuid,
    agency_id uuid NOT NULL,
    provider_id uuid,
    team_id uuid,
    application_id uuid,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    purpose_ar text NOT NULL,
    purpose_en text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    is_simulated boolean NOT NULL,
    agreed_at timestamp with time zone,
    started_at timestamp with time zone,
    source_id integer,
    search_text text GENERATED ALWAYS AS (normalise_text((((code || ' '::text) || title_ar) || ' '::text) || title_en)) STORED,
    CONSTRAINT pilots_pkey PRIMARY KEY (pilot_id),
    CONSTRAINT pilots_code_key UNIQUE (code),
    CONSTRAINT pilots_check CHECK (ends_on > starts_on),
    CONSTRAINT pilots_check1 CHECK (num_nonnulls(introduction_id, submission_id, award_id) = 1),
    CONSTRAINT pilots_check2 CHECK ((introduction_id IS NULL) = (provider_id IS NULL) AND (submission_id IS NULL) = (team_id IS NULL) AND (award_id IS NULL) = (application_id IS NULL)),
    CONSTRAINT pilots_code_check CHECK (code ~ '^[a-z][a-z0-9]{2,19}$'::text),
    CONSTRAINT pilots_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT pilots_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT pilots_award_id_fkey FOREIGN KEY (award_id) REFERENCES innovation.funding_awards(award_id),
    CONSTRAINT pilots_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES innovation.introductions(introduction_id),
    CONSTRAINT pilots_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT pilots_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources(source_id),
    CONSTRAINT pilots_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id),
    CONSTRAINT pilots_team_id_fkey FOREIGN KEY (team_id) REFERENCES innovation.teams(team_id)
);
CREATE INDEX pilots_newest ON innovation.pilots USING btree (created_at, pilot_id);
CREATE INDEX pilots_of_agency ON innovation.pilots USING btree (agency_id, pilot_id);
CREATE INDEX pilots_of_application ON innovation.pilots USING btree (application_id);
CREATE UNIQUE INDEX pilots_of_award ON innovation.pilots USING btree (award_id) WHERE state <> 'declined'::text;
CREATE UNIQUE INDEX pilots_of_introduction ON innovation.pilots USING btree (introduction_id) WHERE state <> 'declined'::text;
CREATE INDEX pilots_of_provider ON innovation.pilots USING btree (provider_id, pilot_id);
CREATE UNIQUE INDEX pilots_of_submission ON innovation.pilots USING btree (submission_id) WHERE state <> 'declined'::text;
CREATE INDEX pilots_of_team ON innovation.pilots USING btree (team_id);
CREATE INDEX pilots_search ON innovation.pilots USING gin (search_text gin_trgm_ops);
CREATE INDEX pilots_since ON innovation.pilots USING btree (state_changed_at, pilot_id);
CREATE INDEX pilots_state ON innovation.pilots USING btree (state, pilot_id);
GRANT INSERT (pilot_id, state, state_reason, version, state_changed_at, created_at, code, introduction_id, submission_id, award_id, agency_id, provider_id, team_id, application_id, title_ar, title_en, purpose_ar, purpose_en, starts_on, ends_on, is_simulated), SELECT, UPDATE (state, state_reason, version, state_changed_at, title_ar, title_en, purpose_ar, purpose_en, starts_on, ends_on, agreed_at, started_at) ON innovation.pilots TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.register_pilot_thing(pilot uuid, thing text, kind text, name_en text, name_ar text, longitude double precision, latitude double precision, place text, things_max integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
    own innovation.pilots;
    namespace text;
    source integer;
BEGIN
    SELECT * INTO own FROM innovation.pilots WHERE pilot_id = pilot AND state IN ('agreed', 'running') FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'registration is closed' USING ERRCODE = 'FP001';
    END IF;
    namespace := 'pilot-' || own.code;
    IF thing !~ ('^' || namespace || '-[a-z0-9][a-z0-9-]*$') THEN
        RAISE EXCEPTION '% is outside %', thing, namespace USING ERRCODE = 'FP002';
    END IF;
    source := own.source_id;
    IF source IS NULL THEN
        INSERT INTO public.sources
            (code, kind, name_en, name_ar, description_en, description_ar, provider_en, provider_ar, licence, created_at)
        SELECT namespace, CASE WHEN own.is_simulated THEN 'simulated' ELSE 'device' END, own.title_en, own.title_ar,
               own.purpose_en, own.purpose_ar, coalesce(agency.name_en, agency.name_ar),
               coalesce(agency.name_ar, agency.name_en), 'CC-BY-4.0', now()
        FROM innovation.organisations AS agency WHERE agency.organisation_id = own.agency_id
        ON CONFLICT (code) DO NOTHING
        RETURNING source_id INTO source;
        IF source IS NULL THEN
            RAISE EXCEPTION '% is taken', namespace USING ERRCODE = 'FP003';
        END IF;
        UPDATE innovation.pilots SET source_id = source WHERE pilot_id = pilot;
    END IF;
    IF (SELECT count(*) FROM public.things WHERE source_id = source) >= things_max THEN
        RAISE EXCEPTION 'no more than % things', things_max USING ERRCODE = 'FP004';
    END IF;
    INSERT INTO public.things (code, source_id, kind, name_en, name_ar, longitude, latitude, place_code)
    VALUES (thing, source, kind, name_en, name_ar, longitude, latitude, place)
    ON CONFLICT (code) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is taken', thing USING ERRCODE = 'FP003';
    END IF;
END
$function$;
GRANT EXECUTE ON FUNCTION innovation.register_pilot_thing(uuid,text,text,text,text,double precision,double precision,text,integer) TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.register_pilot_datastream(pilot uuid, thing text, property text, kind text, seconds integer, datastreams_max integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
    own innovation.pilots;
    known integer;
    measured text;
BEGIN
    SELECT * INTO own FROM innovation.pilots WHERE pilot_id = pilot AND state IN ('agreed', 'running') FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'registration is closed' USING ERRCODE = 'FP001';
    END IF;
    SELECT thing_id INTO known FROM public.things WHERE code = thing AND source_id = own.source_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such thing' USING ERRCODE = 'FP006';
    END IF;
    SELECT unit INTO measured FROM public.observed_properties WHERE code = property;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such property' USING ERRCODE = 'FP005';
    END IF;
    IF (SELECT count(*) FROM public.datastreams WHERE thing_id = known) >= datastreams_max THEN
        RAISE EXCEPTION 'no more than % datastreams', datastreams_max USING ERRCODE = 'FP004';
    END IF;
    INSERT INTO public.datastreams (thing_id, observed_property_code, unit, result_type, interval_seconds)
    VALUES (known, property, measured, kind, seconds)
    ON CONFLICT (thing_id, observed_property_code, sensor_id) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is there already', property USING ERRCODE = 'FP003';
    END IF;
END
$function$;
GRANT EXECUTE ON FUNCTION innovation.register_pilot_datastream(uuid,text,text,text,integer,integer) TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.pilot_properties()
 RETURNS TABLE(code text, name_en text, name_ar text, unit text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT code, name_en, name_ar, unit FROM public.observed_properties ORDER BY code
$function$;
GRANT EXECUTE ON FUNCTION innovation.pilot_properties() TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.pilot_outlines()
 RETURNS TABLE(code text, geometry jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT code, geometry FROM public.places AS place
    WHERE NOT EXISTS (SELECT FROM public.places AS part WHERE part.parent_code = place.code)
$function$;
GRANT EXECUTE ON FUNCTION innovation.pilot_outlines() TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.pilot_values(pilot uuid, since timestamp with time zone, until timestamp with time zone)
 RETURNS TABLE(thing text, kind text, name_en text, name_ar text, longitude double precision, latitude double precision, property text, property_en text, property_ar text, unit text, result_type text, interval_seconds integer, phenomenon_time timestamp with time zone, result double precision, result_text text, quality smallint, observation_count bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT things.code, things.kind, things.name_en, things.name_ar, things.longitude, things.latitude,
           properties.code, properties.name_en, properties.name_ar, datastreams.unit, datastreams.result_type,
           datastreams.interval_seconds, latest.phenomenon_time, latest.result,
           coalesce(latest.result_text, latest.latitude || ', ' || latest.longitude), latest.quality,
           CASE datastreams.result_type
               WHEN 'measurement' THEN (
                   SELECT count(*) FROM public.observations AS one WHERE one.datastream_id = datastreams.datastream_id
                       AND one.phenomenon_time >= since AND one.phenomenon_time < until)
               WHEN 'category' THEN (
                   SELECT count(*) FROM public.observations_category AS one
                   WHERE one.datastream_id = datastreams.datastream_id
                       AND one.phenomenon_time >= since AND one.phenomenon_time < until)
               WHEN 'position' THEN (
                   SELECT count(*) FROM public.observations_position AS one
                   WHERE one.datastream_id = datastreams.datastream_id
                       AND one.phenomenon_time >= since AND one.phenomenon_time < until) END
    FROM innovation.pilots JOIN public.things USING (source_id)
    LEFT JOIN public.datastreams USING (thing_id)
    LEFT JOIN public.observed_properties AS properties ON properties.code = observed_property_code
    LEFT JOIN public.latest USING (datastream_id)
    WHERE pilot_id = pilot
    ORDER BY things.code, properties.code
$function$;
GRANT EXECUTE ON FUNCTION innovation.pilot_values(uuid,timestamp with time zone,timestamp with time zone) TO falaj_portal;

CREATE VIEW open_innovation.pilots WITH (security_barrier=true) AS
 SELECT pilots.code,
    pilots.state,
    pilots.state_reason,
    pilots.state_changed_at,
    pilots.created_at,
    pilots.agreed_at,
    pilots.title_ar,
    pilots.title_en,
    pilots.purpose_ar,
    pilots.purpose_en,
    pilots.starts_on,
    pilots.ends_on,
    pilots.is_simulated,
    agency.name_ar AS agency_name_ar,
    agency.name_en AS agency_name_en,
    COALESCE(provider.name_ar, applicant.name_ar, teams.name) AS provider_name_ar,
    COALESCE(provider.name_en, applicant.name_en, teams.name) AS provider_name_en,
        CASE
            WHEN pilots.introduction_id IS NOT NULL THEN 'introduction'::text
            WHEN pilots.submission_id IS NOT NULL THEN 'submission'::text
            ELSE 'award'::text
        END AS origin,
    needs.code AS need_code,
    ( SELECT own.submission_id
           FROM innovation.public_submissions own
          WHERE own.submission_id = pilots.submission_id) AS submission_id,
    ( SELECT own.award_id
           FROM open_innovation.funding_awards own
          WHERE own.award_id = pilots.award_id) AS award_id,
        CASE
            WHEN pilots.source_id IS NOT NULL THEN 'pilot-'::text || pilots.code
            ELSE NULL::text
        END AS source_code,
    pilots.pilot_id,
    needs.governorate
   FROM innovation.pilots
     JOIN innovation.organisations agency ON agency.organisation_id = pilots.agency_id
     LEFT JOIN innovation.organisations provider ON provider.organisation_id = pilots.provider_id
     LEFT JOIN innovation.teams ON teams.team_id = pilots.team_id
     LEFT JOIN innovation.applications ON applications.application_id = pilots.application_id
     LEFT JOIN innovation.organisations applicant ON applicant.organisation_id = applications.organisation_id AND (applicant.state = ANY (ARRAY['verified'::text, 'dissolved'::text]))
     LEFT JOIN innovation.introductions USING (introduction_id)
     LEFT JOIN innovation.needs USING (need_id)
  WHERE pilots.state = ANY (ARRAY['agreed'::text, 'running'::text, 'completed'::text, 'stopped'::text]);
GRANT SELECT ON open_innovation.pilots TO falaj_portal;
GRANT SELECT ON open_innovation.pilots TO falaj_read;
