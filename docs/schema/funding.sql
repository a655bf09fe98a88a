-- The schema of `funding` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b001/funding/applications.sql

CREATE TABLE innovation.applications (
    application_id uuid NOT NULL,
    call_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    reference text NOT NULL,
    round integer NOT NULL DEFAULT 1,
    organisation_id uuid,
    submission_id uuid,
    governorate text NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    answers jsonb NOT NULL DEFAULT '{}'::jsonb,
    confirmed text[] NOT NULL DEFAULT '{}'::text[],
    amount_minor bigint,
    versions integer NOT NULL DEFAULT 0,
    frozen_digest bytea,
    late_until timestamp with time zone,
    clock_stopped_at timestamp with time zone,
    stopped_seconds bigint NOT NULL DEFAULT 0,
    search_text text GENERATED ALWAYS AS (normalise_text((((reference || ' '::text) || title) || ' '::text) || summary)) STORED,
    CONSTRAINT applications_pkey PRIMARY KEY (application_id),
    CONSTRAINT applications_reference_key UNIQUE (reference),
    CONSTRAINT applications_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT applications_frozen_digest_check CHECK (octet_length(frozen_digest) = 32),
    CONSTRAINT applications_governorate_check CHECK (governorate ~ '^OM-[A-Z]{2}$'::text),
    CONSTRAINT applications_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT applications_reference_check CHECK (reference ~ '^[0-9a-hjkmnp-tv-z]{8}$'::text),
    CONSTRAINT applications_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT applications_stopped_seconds_check CHECK (stopped_seconds >= 0),
    CONSTRAINT applications_versions_check CHECK (versions >= 0),
    CONSTRAINT applications_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id),
    CONSTRAINT applications_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT applications_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE INDEX applications_counted ON innovation.applications USING btree (call_id, state, application_id) WHERE versions > 0;
CREATE INDEX applications_of_call ON innovation.applications USING btree (call_id, application_id);
CREATE INDEX applications_of_organisation ON innovation.applications USING btree (organisation_id);
CREATE INDEX applications_of_submission ON innovation.applications USING btree (submission_id);
CREATE INDEX applications_reference ON innovation.applications USING btree (call_id, reference, application_id);
CREATE INDEX applications_search ON innovation.applications USING gin (search_text gin_trgm_ops);
CREATE INDEX applications_since ON innovation.applications USING btree (call_id, state_changed_at, application_id);
CREATE INDEX applications_state ON innovation.applications USING btree (state, application_id);
GRANT INSERT, SELECT, UPDATE ON innovation.applications TO falaj_portal;

CREATE TABLE innovation.applicants (
    applicant_id uuid NOT NULL,
    application_id uuid NOT NULL,
    person_id uuid,
    email text,
    email_key text,
    is_lead boolean NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    joined_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT applicants_pkey PRIMARY KEY (applicant_id),
    CONSTRAINT applicants_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT applicants_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX applicants_invitations ON innovation.applicants USING btree (email_key) WHERE state = 'invited'::text;
CREATE UNIQUE INDEX applicants_invited ON innovation.applicants USING btree (application_id, email_key) WHERE state = 'invited'::text;
CREATE UNIQUE INDEX applicants_lead ON innovation.applicants USING btree (application_id) WHERE is_lead;
CREATE INDEX applicants_of ON innovation.applicants USING btree (person_id, state);
CREATE UNIQUE INDEX applicants_once ON innovation.applicants USING btree (application_id, person_id) WHERE state = 'member'::text;
CREATE INDEX applicants_state ON innovation.applicants USING btree (state, applicant_id) WHERE state = 'invited'::text;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.applicants TO falaj_portal;

CREATE TABLE innovation.application_versions (
    application_id uuid NOT NULL,
    number integer NOT NULL,
    round integer NOT NULL,
    content jsonb NOT NULL,
    digest bytea NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    CONSTRAINT application_versions_pkey PRIMARY KEY (application_id, number),
    CONSTRAINT application_versions_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT application_versions_number_check CHECK (number > 0),
    CONSTRAINT application_versions_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT application_versions_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id)
);
CREATE TRIGGER keep_versions BEFORE DELETE OR UPDATE OR TRUNCATE ON innovation.application_versions FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();
GRANT INSERT, SELECT ON innovation.application_versions TO falaj_portal;

CREATE TABLE innovation.application_changes (
    change_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    application_id uuid NOT NULL,
    person_id uuid,
    at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    field text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    CONSTRAINT application_changes_pkey PRIMARY KEY (change_id),
    CONSTRAINT application_changes_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT application_changes_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX application_changes_of ON innovation.application_changes USING btree (application_id, change_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.application_changes TO falaj_portal;

CREATE TABLE innovation.application_files (
    file_id uuid NOT NULL,
    application_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT application_files_pkey PRIMARY KEY (file_id),
    CONSTRAINT application_files_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT application_files_size_bytes_check CHECK (size_bytes > 0),
    CONSTRAINT application_files_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id)
);
CREATE INDEX application_files_of ON innovation.application_files USING btree (application_id, added_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.application_files TO falaj_portal;

CREATE TABLE innovation.application_questions (
    question_id uuid NOT NULL,
    application_id uuid NOT NULL,
    question text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid,
    due_at timestamp with time zone NOT NULL,
    answer text,
    answered_at timestamp with time zone,
    answered_by uuid,
    CONSTRAINT application_questions_pkey PRIMARY KEY (question_id),
    CONSTRAINT application_questions_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES innovation.people(person_id),
    CONSTRAINT application_questions_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT application_questions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX application_questions_of ON innovation.application_questions USING btree (application_id, asked_at);
GRANT INSERT, SELECT, UPDATE ON innovation.application_questions TO falaj_portal;

CREATE TABLE innovation.application_appeals (
    application_id uuid NOT NULL,
    text text NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    filed_by uuid,
    answer text,
    answered_at timestamp with time zone,
    answered_by uuid,
    CONSTRAINT application_appeals_pkey PRIMARY KEY (application_id),
    CONSTRAINT application_appeals_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES innovation.people(person_id),
    CONSTRAINT application_appeals_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT application_appeals_filed_by_fkey FOREIGN KEY (filed_by) REFERENCES innovation.people(person_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.application_appeals TO falaj_portal;

CREATE TABLE innovation.application_late_codes (
    late_code_id uuid NOT NULL,
    call_id uuid NOT NULL,
    application_id uuid,
    code_digest bytea NOT NULL,
    until timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT application_late_codes_pkey PRIMARY KEY (late_code_id),
    CONSTRAINT application_late_codes_code_digest_key UNIQUE (code_digest),
    CONSTRAINT application_late_codes_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT application_late_codes_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT application_late_codes_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id)
);
CREATE INDEX application_late_codes_of ON innovation.application_late_codes USING btree (call_id);
GRANT INSERT, SELECT, UPDATE ON innovation.application_late_codes TO falaj_portal;

CREATE TABLE innovation.application_reminders (
    application_id uuid NOT NULL,
    name text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT application_reminders_pkey PRIMARY KEY (application_id, name),
    CONSTRAINT application_reminders_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id)
);
GRANT INSERT, SELECT ON innovation.application_reminders TO falaj_portal;

-- citycore/store/migrations/versions/b001/funding/awards.sql

CREATE TABLE innovation.funding_awards (
    award_id uuid NOT NULL,
    application_id uuid NOT NULL,
    call_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    abstract_ar text NOT NULL,
    abstract_en text NOT NULL,
    conditions_ar text NOT NULL,
    conditions_en text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    contract text,
    contracted_on date,
    search_text text GENERATED ALWAYS AS (normalise_text((((((title_ar || ' '::text) || title_en) || ' '::text) || abstract_ar) || ' '::text) || abstract_en)) STORED,
    CONSTRAINT funding_awards_pkey PRIMARY KEY (award_id),
    CONSTRAINT funding_awards_application_id_key UNIQUE (application_id),
    CONSTRAINT funding_awards_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT funding_awards_check CHECK (ends_on > starts_on),
    CONSTRAINT funding_awards_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
    CONSTRAINT funding_awards_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT funding_awards_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id)
);
CREATE INDEX funding_awards_amount ON innovation.funding_awards USING btree (call_id, amount_minor, award_id);
CREATE INDEX funding_awards_begun ON innovation.funding_awards USING btree (call_id, created_at, award_id);
CREATE INDEX funding_awards_counted ON innovation.funding_awards USING btree (call_id, state, application_id) INCLUDE (amount_minor);
CREATE INDEX funding_awards_newest ON innovation.funding_awards USING btree (created_at, award_id);
CREATE INDEX funding_awards_of_call ON innovation.funding_awards USING btree (call_id, award_id);
CREATE INDEX funding_awards_search ON innovation.funding_awards USING gin (search_text gin_trgm_ops);
CREATE INDEX funding_awards_since ON innovation.funding_awards USING btree (call_id, state_changed_at, award_id);
CREATE INDEX funding_awards_state ON innovation.funding_awards USING btree (state, award_id);
CREATE TRIGGER refuse_overspending AFTER UPDATE OF amount_minor ON innovation.funding_awards FOR EACH ROW EXECUTE FUNCTION innovation.refuse_overspending();
GRANT INSERT, SELECT, UPDATE ON innovation.funding_awards TO falaj_portal;

CREATE TABLE innovation.award_amendments (
    amendment_id uuid NOT NULL,
    award_id uuid NOT NULL,
    previous_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    reason_ar text NOT NULL,
    reason_en text NOT NULL,
    amended_by uuid,
    amended_at timestamp with time zone NOT NULL,
    CONSTRAINT award_amendments_pkey PRIMARY KEY (amendment_id),
    CONSTRAINT award_amendments_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT award_amendments_amended_by_fkey FOREIGN KEY (amended_by) REFERENCES innovation.people(person_id),
    CONSTRAINT award_amendments_award_id_fkey FOREIGN KEY (award_id) REFERENCES innovation.funding_awards(award_id)
);
CREATE INDEX award_amendments_of ON innovation.award_amendments USING btree (award_id, amended_at);
GRANT INSERT, SELECT, UPDATE (amended_by) ON innovation.award_amendments TO falaj_portal;

CREATE TABLE innovation.milestones (
    milestone_id uuid NOT NULL,
    award_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    amount_minor bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    report text NOT NULL DEFAULT ''::text,
    reported_by uuid,
    CONSTRAINT milestones_pkey PRIMARY KEY (milestone_id),
    CONSTRAINT milestones_award_id_number_key UNIQUE (award_id, number),
    CONSTRAINT milestones_amount_minor_check CHECK (amount_minor >= 0),
    CONSTRAINT milestones_number_check CHECK (number > 0),
    CONSTRAINT milestones_award_id_fkey FOREIGN KEY (award_id) REFERENCES innovation.funding_awards(award_id),
    CONSTRAINT milestones_reported_by_fkey FOREIGN KEY (reported_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX milestones_state ON innovation.milestones USING btree (state, milestone_id);
GRANT INSERT, SELECT, UPDATE ON innovation.milestones TO falaj_portal;

CREATE TABLE innovation.milestone_files (
    file_id uuid NOT NULL,
    milestone_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT milestone_files_pkey PRIMARY KEY (file_id),
    CONSTRAINT milestone_files_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT milestone_files_size_bytes_check CHECK (size_bytes > 0),
    CONSTRAINT milestone_files_milestone_id_fkey FOREIGN KEY (milestone_id) REFERENCES innovation.milestones(milestone_id)
);
CREATE INDEX milestone_files_of ON innovation.milestone_files USING btree (milestone_id, added_at);
GRANT INSERT, SELECT, UPDATE ON innovation.milestone_files TO falaj_portal;

CREATE TABLE innovation.claims (
    claim_id uuid NOT NULL,
    award_id uuid NOT NULL,
    milestone_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    amount_minor bigint NOT NULL,
    account text NOT NULL,
    approved_by uuid,
    finance_by uuid,
    CONSTRAINT claims_pkey PRIMARY KEY (claim_id),
    CONSTRAINT claims_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT claims_check CHECK (approved_by <> finance_by),
    CONSTRAINT claims_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES innovation.people(person_id),
    CONSTRAINT claims_award_id_fkey FOREIGN KEY (award_id) REFERENCES innovation.funding_awards(award_id),
    CONSTRAINT claims_finance_by_fkey FOREIGN KEY (finance_by) REFERENCES innovation.people(person_id),
    CONSTRAINT claims_milestone_id_fkey FOREIGN KEY (milestone_id) REFERENCES innovation.milestones(milestone_id)
);
CREATE INDEX claims_amount ON innovation.claims USING btree (amount_minor, claim_id);
CREATE INDEX claims_begun ON innovation.claims USING btree (created_at, claim_id);
CREATE INDEX claims_of ON innovation.claims USING btree (award_id, created_at);
CREATE INDEX claims_of_milestone ON innovation.claims USING btree (milestone_id);
CREATE INDEX claims_since ON innovation.claims USING btree (state_changed_at, claim_id);
CREATE INDEX claims_state ON innovation.claims USING btree (state, claim_id);
CREATE TRIGGER refuse_overspending AFTER INSERT OR UPDATE ON innovation.claims FOR EACH ROW EXECUTE FUNCTION innovation.refuse_overspending();
GRANT INSERT, SELECT, UPDATE ON innovation.claims TO falaj_portal;

CREATE TABLE innovation.payments (
    payment_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    award_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    paid_on date NOT NULL,
    reference text NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT payments_pkey PRIMARY KEY (payment_id),
    CONSTRAINT payments_claim_id_key UNIQUE (claim_id),
    CONSTRAINT payments_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT payments_award_id_fkey FOREIGN KEY (award_id) REFERENCES innovation.funding_awards(award_id),
    CONSTRAINT payments_claim_id_fkey FOREIGN KEY (claim_id) REFERENCES innovation.claims(claim_id),
    CONSTRAINT payments_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX payments_of ON innovation.payments USING btree (award_id, paid_on);
GRANT INSERT, SELECT ON innovation.payments TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.refuse_overspending()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
    granted bigint;
    claimed bigint;
BEGIN
    SELECT amount_minor INTO granted FROM innovation.funding_awards WHERE award_id = NEW.award_id FOR UPDATE;
    SELECT coalesce(sum(amount_minor), 0) INTO claimed FROM innovation.claims
    WHERE award_id = NEW.award_id AND state NOT IN ('refused', 'withdrawn');
    IF claimed > granted THEN
        RAISE EXCEPTION 'claims of % exceed the award of %', claimed, granted USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$function$;

CREATE VIEW open_innovation.funding_awards WITH (security_barrier=true) AS
 SELECT award.award_id,
    award.state,
    award.title_ar,
    award.title_en,
    award.abstract_ar,
    award.abstract_en,
    award.currency,
    award.amount_minor,
    award.starts_on,
    award.ends_on,
    award.contracted_on,
    application.governorate,
    call.code AS call_code,
    call.title_ar AS call_title_ar,
    call.title_en AS call_title_en,
    recipient.organisation_id AS recipient_id,
    recipient.kind AS recipient_kind,
    recipient.name_ar AS recipient_name_ar,
    recipient.name_en AS recipient_name_en,
    funder.organisation_id AS funder_id,
    funder.kind AS funder_kind,
    funder.name_ar AS funder_name_ar,
    funder.name_en AS funder_name_en,
    ( SELECT own.submission_id
           FROM innovation.public_submissions own
          WHERE own.submission_id = application.submission_id) AS submission_id,
    ( SELECT COALESCE(sum(own.amount_minor), 0::numeric)::bigint AS "coalesce"
           FROM innovation.payments own
          WHERE own.award_id = award.award_id) AS paid_minor,
    award.created_at AS awarded_at,
    GREATEST(award.state_changed_at, ( SELECT max(own.recorded_at) AS max
           FROM innovation.payments own
          WHERE own.award_id = award.award_id)) AS changed_at
   FROM innovation.funding_awards award
     JOIN innovation.applications application USING (application_id)
     JOIN innovation.calls call ON call.call_id = award.call_id
     LEFT JOIN innovation.organisations recipient ON recipient.organisation_id = application.organisation_id AND (recipient.state = ANY (ARRAY['verified'::text, 'dissolved'::text]))
     LEFT JOIN innovation.organisations funder ON funder.organisation_id = call.organisation_id AND (funder.state = ANY (ARRAY['verified'::text, 'dissolved'::text]))
  WHERE award.state = ANY (ARRAY['accepted'::text, 'contracted'::text, 'active'::text, 'suspended'::text, 'completed'::text, 'closed'::text, 'terminated'::text]);
GRANT SELECT ON open_innovation.funding_awards TO falaj_portal;
GRANT SELECT ON open_innovation.funding_awards TO falaj_read;

-- citycore/store/migrations/versions/b001/funding/calls.sql

CREATE TABLE innovation.calls (
    call_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    code text NOT NULL,
    organisation_id uuid,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    summary_ar text NOT NULL,
    summary_en text NOT NULL,
    currency text NOT NULL,
    budget_minor bigint NOT NULL,
    award_min_minor bigint NOT NULL,
    award_max_minor bigint NOT NULL,
    rounds integer NOT NULL,
    round integer NOT NULL DEFAULT 0,
    is_blind boolean NOT NULL,
    reviews_each integer NOT NULL,
    eligibility jsonb NOT NULL,
    criteria jsonb NOT NULL,
    hackathon_id uuid,
    search_text text GENERATED ALWAYS AS (normalise_text((((((title_ar || ' '::text) || title_en) || ' '::text) || summary_ar) || ' '::text) || summary_en)) STORED,
    CONSTRAINT calls_pkey PRIMARY KEY (call_id),
    CONSTRAINT calls_code_key UNIQUE (code),
    CONSTRAINT calls_award_min_minor_check CHECK (award_min_minor >= 0),
    CONSTRAINT calls_budget_minor_check CHECK (budget_minor > 0),
    CONSTRAINT calls_check CHECK (award_max_minor > 0 AND award_max_minor >= award_min_minor),
    CONSTRAINT calls_check1 CHECK (round >= 0 AND round <= rounds),
    CONSTRAINT calls_code_check CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text),
    CONSTRAINT calls_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
    CONSTRAINT calls_reviews_each_check CHECK (reviews_each >= 1 AND reviews_each <= 9),
    CONSTRAINT calls_rounds_check CHECK (rounds = ANY (ARRAY[1, 2])),
    CONSTRAINT calls_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT calls_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX calls_newest ON innovation.calls USING btree (created_at, call_id);
CREATE INDEX calls_search ON innovation.calls USING gin (search_text gin_trgm_ops);
CREATE INDEX calls_state ON innovation.calls USING btree (state, call_id);
GRANT INSERT, SELECT, UPDATE ON innovation.calls TO falaj_portal;

CREATE TABLE innovation.call_forms (
    call_id uuid NOT NULL,
    round integer NOT NULL,
    fields jsonb NOT NULL,
    CONSTRAINT call_forms_pkey PRIMARY KEY (call_id, round),
    CONSTRAINT call_forms_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT call_forms_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.call_forms TO falaj_portal;

CREATE VIEW open_innovation.calls WITH (security_barrier=true) AS
 SELECT call.call_id,
    call.code,
    call.title_ar,
    call.title_en,
    call.summary_ar,
    call.summary_en,
        CASE
            WHEN call.state = ANY (ARRAY['second_closed'::text, 'decided'::text]) THEN 'reviewing'::text
            ELSE call.state
        END AS state,
    call.state_reason,
    call.currency,
    call.budget_minor,
    call.award_min_minor,
    call.award_max_minor,
    call.rounds,
    call.is_blind,
    call.reviews_each,
    call.eligibility,
    call.criteria,
    funder.organisation_id,
    funder.kind AS organisation_kind,
    funder.name_ar AS organisation_name_ar,
    funder.name_en AS organisation_name_en,
    hackathon.code AS hackathon_code,
    ARRAY( SELECT form.fields
           FROM innovation.call_forms form
          WHERE form.call_id = call.call_id AND form.round <= call.rounds
          ORDER BY form.round) AS forms,
    COALESCE(told.published_at, call.created_at) AS published_at,
    GREATEST(told.changed_at, told.published_at, call.created_at) AS changed_at
   FROM innovation.calls call
     LEFT JOIN innovation.organisations funder ON funder.organisation_id = call.organisation_id AND (funder.state = ANY (ARRAY['verified'::text, 'dissolved'::text]))
     LEFT JOIN open_innovation.hackathons hackathon ON hackathon.hackathon_id = call.hackathon_id
     CROSS JOIN LATERAL ( SELECT min(audit.at) FILTER (WHERE audit.event = ANY (ARRAY['forecast'::text, 'open'::text])) AS published_at,
            max(audit.at) FILTER (WHERE audit.event = ANY (ARRAY['edit'::text, 'set_form'::text, 'set_criteria'::text, 'set_eligibility'::text, 'extend_deadline'::text, 'forecast'::text, 'open'::text, 'close'::text, 'open_second'::text, 'announce'::text, 'archive'::text, 'cancel'::text])) AS changed_at
           FROM innovation.audit
          WHERE audit.object = call.call_id AND audit.machine = 'call'::text) told
  WHERE (call.state = ANY (ARRAY['forecasted'::text, 'open'::text, 'closed'::text, 'reviewing'::text, 'second_open'::text, 'second_closed'::text, 'decided'::text, 'announced'::text, 'archived'::text])) OR call.state = 'cancelled'::text AND told.published_at IS NOT NULL;
GRANT SELECT ON open_innovation.calls TO falaj_portal;
GRANT SELECT ON open_innovation.calls TO falaj_read;

CREATE VIEW open_innovation.call_deadlines WITH (security_barrier=true) AS
 SELECT object_id AS call_id,
    code,
    title_ar,
    title_en,
    name,
    instant,
    zone,
    extensions
   FROM innovation.dates
  WHERE kind = 'call'::text;
GRANT SELECT ON open_innovation.call_deadlines TO falaj_portal;
GRANT SELECT ON open_innovation.call_deadlines TO falaj_read;

-- citycore/store/migrations/versions/b001/funding/reviewing.sql

CREATE TABLE innovation.reviewers (
    reviewer_id uuid NOT NULL,
    call_id uuid NOT NULL,
    person_id uuid NOT NULL,
    capacity integer NOT NULL,
    topics text[] NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT reviewers_pkey PRIMARY KEY (reviewer_id),
    CONSTRAINT reviewers_capacity_check CHECK (capacity > 0),
    CONSTRAINT reviewers_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id),
    CONSTRAINT reviewers_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX reviewers_of ON innovation.reviewers USING btree (person_id, state);
CREATE UNIQUE INDEX reviewers_once ON innovation.reviewers USING btree (call_id, person_id) WHERE state = ANY (ARRAY['invited'::text, 'accepted'::text]);
GRANT INSERT, SELECT, UPDATE ON innovation.reviewers TO falaj_portal;

CREATE TABLE innovation.reviewer_declarations (
    declaration_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    kind text NOT NULL,
    words text NOT NULL DEFAULT ''::text,
    application_id uuid,
    declared_at timestamp with time zone NOT NULL,
    CONSTRAINT reviewer_declarations_pkey PRIMARY KEY (declaration_id),
    CONSTRAINT reviewer_declarations_reviewer_id_kind_words_application_id_key UNIQUE NULLS NOT DISTINCT (reviewer_id, kind, words, application_id),
    CONSTRAINT reviewer_declarations_check CHECK ((kind = 'application'::text) = (application_id IS NOT NULL)),
    CONSTRAINT reviewer_declarations_check1 CHECK ((kind = 'application'::text) = (words = ''::text)),
    CONSTRAINT reviewer_declarations_kind_check CHECK (kind = ANY (ARRAY['address'::text, 'organisation'::text, 'application'::text])),
    CONSTRAINT reviewer_declarations_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT reviewer_declarations_reviewer_id_fkey FOREIGN KEY (reviewer_id) REFERENCES innovation.reviewers(reviewer_id)
);
CREATE INDEX reviewer_declarations_application ON innovation.reviewer_declarations USING btree (application_id);
CREATE INDEX reviewer_declarations_words ON innovation.reviewer_declarations USING btree (words) WHERE kind = 'address'::text;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.reviewer_declarations TO falaj_portal;

CREATE TABLE innovation.anonymised_copies (
    copy_id uuid NOT NULL,
    call_id uuid NOT NULL,
    application_id uuid NOT NULL,
    round integer NOT NULL,
    number integer NOT NULL,
    code text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    is_blind boolean NOT NULL,
    content jsonb NOT NULL,
    prepared_by uuid,
    prepared_at timestamp with time zone NOT NULL,
    released_by uuid,
    released_at timestamp with time zone,
    CONSTRAINT anonymised_copies_pkey PRIMARY KEY (copy_id),
    CONSTRAINT anonymised_copies_application_id_round_key UNIQUE (application_id, round),
    CONSTRAINT anonymised_copies_call_id_code_key UNIQUE (call_id, code),
    CONSTRAINT anonymised_copies_code_check CHECK (code ~ '^[0-9a-hjkmnp-tv-z]{6}$'::text),
    CONSTRAINT anonymised_copies_number_check CHECK (number > 0),
    CONSTRAINT anonymised_copies_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT anonymised_copies_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT anonymised_copies_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id),
    CONSTRAINT anonymised_copies_prepared_by_fkey FOREIGN KEY (prepared_by) REFERENCES innovation.people(person_id),
    CONSTRAINT anonymised_copies_released_by_fkey FOREIGN KEY (released_by) REFERENCES innovation.people(person_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.anonymised_copies TO falaj_portal;

CREATE TABLE innovation.copied_files (
    copy_id uuid NOT NULL,
    place integer NOT NULL,
    file_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT copied_files_pkey PRIMARY KEY (copy_id, place),
    CONSTRAINT copied_files_copy_id_file_id_key UNIQUE (copy_id, file_id),
    CONSTRAINT copied_files_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT copied_files_place_check CHECK (place > 0),
    CONSTRAINT copied_files_size_bytes_check CHECK (size_bytes > 0),
    CONSTRAINT copied_files_copy_id_fkey FOREIGN KEY (copy_id) REFERENCES innovation.anonymised_copies(copy_id),
    CONSTRAINT copied_files_file_id_fkey FOREIGN KEY (file_id) REFERENCES innovation.application_files(file_id)
);
CREATE INDEX copied_files_file ON innovation.copied_files USING btree (file_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.copied_files TO falaj_portal;

CREATE VIEW innovation.review_copies WITH (security_barrier=true) AS
 SELECT copy_id,
    call_id,
    round,
    code,
    is_blind,
    content ->> 'title'::text AS title,
    content ->> 'summary'::text AS summary,
    content -> 'answers'::text AS answers,
    (content ->> 'amount_minor'::text)::bigint AS amount_minor,
        CASE
            WHEN NOT is_blind THEN ARRAY( SELECT applicants.person_id
               FROM innovation.applicants
              WHERE applicants.application_id = copies.application_id AND applicants.state = 'member'::text
              ORDER BY applicants.is_lead DESC, applicants.joined_at)
            ELSE NULL::uuid[]
        END AS applicants,
        CASE
            WHEN NOT is_blind THEN ( SELECT applications.organisation_id
               FROM innovation.applications
              WHERE applications.application_id = copies.application_id)
            ELSE NULL::uuid
        END AS organisation_id
   FROM innovation.anonymised_copies copies
  WHERE released_at IS NOT NULL;
GRANT SELECT ON innovation.review_copies TO falaj_portal;

CREATE TABLE innovation.review_proposals (
    proposal_id uuid NOT NULL,
    call_id uuid NOT NULL,
    round integer NOT NULL,
    seed integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    CONSTRAINT review_proposals_pkey PRIMARY KEY (proposal_id),
    CONSTRAINT review_proposals_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id)
);
CREATE INDEX review_proposals_of ON innovation.review_proposals USING btree (call_id, made_at);
GRANT INSERT, SELECT, UPDATE ON innovation.review_proposals TO falaj_portal;

CREATE TABLE innovation.review_seats (
    proposal_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    application_id uuid NOT NULL,
    is_bridge boolean NOT NULL,
    is_new boolean NOT NULL,
    CONSTRAINT review_seats_pkey PRIMARY KEY (proposal_id, reviewer_id, application_id),
    CONSTRAINT review_seats_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT review_seats_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES innovation.review_proposals(proposal_id),
    CONSTRAINT review_seats_reviewer_id_fkey FOREIGN KEY (reviewer_id) REFERENCES innovation.reviewers(reviewer_id)
);
GRANT INSERT, SELECT ON innovation.review_seats TO falaj_portal;

CREATE TABLE innovation.reviews (
    review_id uuid NOT NULL,
    call_id uuid NOT NULL,
    round integer NOT NULL,
    application_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    marks jsonb NOT NULL DEFAULT '{}'::jsonb,
    remark text NOT NULL DEFAULT ''::text,
    advice text NOT NULL DEFAULT ''::text,
    confidence text,
    recommendation text,
    opened_at timestamp with time zone,
    submitted_at timestamp with time zone,
    CONSTRAINT reviews_pkey PRIMARY KEY (review_id),
    CONSTRAINT reviews_confidence_check CHECK (confidence = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text])),
    CONSTRAINT reviews_recommendation_check CHECK (recommendation = ANY (ARRAY['fund'::text, 'fund_with_changes'::text, 'do_not_fund'::text])),
    CONSTRAINT reviews_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT reviews_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT reviews_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id),
    CONSTRAINT reviews_reviewer_id_fkey FOREIGN KEY (reviewer_id) REFERENCES innovation.reviewers(reviewer_id)
);
CREATE INDEX reviews_of_call ON innovation.reviews USING btree (call_id, round, application_id);
CREATE INDEX reviews_of_reviewer ON innovation.reviews USING btree (reviewer_id);
CREATE UNIQUE INDEX reviews_once ON innovation.reviews USING btree (application_id, round, reviewer_id) WHERE state <> 'recused'::text;
GRANT INSERT, SELECT, UPDATE ON innovation.reviews TO falaj_portal;

CREATE TABLE innovation.review_panels (
    call_id uuid NOT NULL,
    round integer NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    begun_by uuid,
    missing integer NOT NULL,
    why text NOT NULL DEFAULT ''::text,
    CONSTRAINT review_panels_pkey PRIMARY KEY (call_id, round, begun_at),
    CONSTRAINT review_panels_check CHECK (missing = 0 OR why <> ''::text),
    CONSTRAINT review_panels_missing_check CHECK (missing >= 0),
    CONSTRAINT review_panels_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT review_panels_begun_by_fkey FOREIGN KEY (begun_by) REFERENCES innovation.people(person_id),
    CONSTRAINT review_panels_call_id_fkey FOREIGN KEY (call_id) REFERENCES innovation.calls(call_id)
);
GRANT INSERT, SELECT ON innovation.review_panels TO falaj_portal;

CREATE TABLE innovation.panel_notes (
    note_id uuid NOT NULL,
    application_id uuid NOT NULL,
    round integer NOT NULL,
    note text NOT NULL,
    written_by uuid,
    written_at timestamp with time zone NOT NULL,
    CONSTRAINT panel_notes_pkey PRIMARY KEY (note_id),
    CONSTRAINT panel_notes_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT panel_notes_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT panel_notes_written_by_fkey FOREIGN KEY (written_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX panel_notes_of ON innovation.panel_notes USING btree (application_id, written_at);
GRANT INSERT, SELECT ON innovation.panel_notes TO falaj_portal;

CREATE TABLE innovation.funding_decisions (
    application_id uuid NOT NULL,
    round integer NOT NULL,
    decision_id uuid NOT NULL,
    event text NOT NULL,
    amount_minor bigint,
    conditions_ar text NOT NULL DEFAULT ''::text,
    conditions_en text NOT NULL DEFAULT ''::text,
    decided_at timestamp with time zone,
    CONSTRAINT funding_decisions_pkey PRIMARY KEY (decision_id),
    CONSTRAINT funding_decisions_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT funding_decisions_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT funding_decisions_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id),
    CONSTRAINT funding_decisions_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES innovation.decisions(decision_id)
);
CREATE INDEX funding_decisions_of ON innovation.funding_decisions USING btree (application_id, decided_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.funding_decisions TO falaj_portal;

CREATE TABLE innovation.application_feedback (
    application_id uuid NOT NULL,
    round integer NOT NULL,
    content jsonb NOT NULL,
    released_at timestamp with time zone NOT NULL,
    CONSTRAINT application_feedback_pkey PRIMARY KEY (application_id, round),
    CONSTRAINT application_feedback_round_check CHECK (round = ANY (ARRAY[1, 2])),
    CONSTRAINT application_feedback_application_id_fkey FOREIGN KEY (application_id) REFERENCES innovation.applications(application_id)
);
GRANT INSERT, SELECT ON innovation.application_feedback TO falaj_portal;
