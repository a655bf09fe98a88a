-- The schema of `contest` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b001/contest/hackathons.sql

CREATE VIEW innovation.datasets AS
 SELECT code,
    name_ar,
    name_en
   FROM sources
  WHERE review = 'accepted'::text;
GRANT SELECT ON innovation.datasets TO falaj_portal;

CREATE VIEW innovation.things AS
 SELECT code,
    name_ar,
    name_en
   FROM things
  WHERE is_counted;
GRANT SELECT ON innovation.things TO falaj_portal;

CREATE TABLE innovation.hackathons (
    hackathon_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    code text NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    summary_ar text NOT NULL,
    summary_en text NOT NULL,
    mode text NOT NULL,
    place_ar text NOT NULL,
    place_en text NOT NULL,
    is_international boolean NOT NULL,
    team_members_min integer NOT NULL,
    team_members_max integer NOT NULL,
    rounds integer NOT NULL,
    round integer NOT NULL DEFAULT 0,
    prizes jsonb NOT NULL DEFAULT '[]'::jsonb,
    rules_ar text NOT NULL DEFAULT ''::text,
    rules_en text NOT NULL DEFAULT ''::text,
    eligibility_ar text NOT NULL DEFAULT ''::text,
    eligibility_en text NOT NULL DEFAULT ''::text,
    contact_email text NOT NULL DEFAULT ''::text,
    partners jsonb NOT NULL DEFAULT '[]'::jsonb,
    CONSTRAINT hackathons_pkey PRIMARY KEY (hackathon_id),
    CONSTRAINT hackathons_code_key UNIQUE (code),
    CONSTRAINT hackathons_check CHECK (team_members_max >= team_members_min),
    CONSTRAINT hackathons_check1 CHECK (round >= 0 AND round <= rounds),
    CONSTRAINT hackathons_code_check CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'::text),
    CONSTRAINT hackathons_mode_check CHECK (mode = ANY (ARRAY['online'::text, 'in_place'::text, 'hybrid'::text])),
    CONSTRAINT hackathons_partners_check CHECK (jsonb_typeof(partners) = 'array'::text),
    CONSTRAINT hackathons_prizes_check CHECK (jsonb_typeof(prizes) = 'array'::text),
    CONSTRAINT hackathons_rounds_check CHECK (rounds >= 1),
    CONSTRAINT hackathons_team_members_min_check CHECK (team_members_min >= 1)
);
CREATE INDEX hackathons_newest ON innovation.hackathons USING btree (created_at, hackathon_id);
CREATE INDEX hackathons_state ON innovation.hackathons USING btree (state, hackathon_id);
CREATE TRIGGER end_keys AFTER UPDATE OF state ON innovation.hackathons FOR EACH ROW WHEN (new.state = ANY (ARRAY['cancelled'::text, 'archived'::text])) EXECUTE FUNCTION innovation.end_keys_of_hackathon();
CREATE TRIGGER pictures_go AFTER DELETE ON innovation.hackathons FOR EACH ROW EXECUTE FUNCTION innovation.drop_pictures('hackathon_id');
GRANT INSERT, SELECT, UPDATE ON innovation.hackathons TO falaj_portal;

CREATE TABLE innovation.challenges (
    challenge_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    problem_ar text NOT NULL,
    problem_en text NOT NULL,
    terms text,
    by_organisers boolean NOT NULL DEFAULT false,
    CONSTRAINT challenges_pkey PRIMARY KEY (challenge_id),
    CONSTRAINT challenges_terms_check CHECK (terms = ANY (ARRAY['open_source'::text, 'team_keeps'::text, 'shared'::text, 'agency'::text])),
    CONSTRAINT challenges_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT challenges_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX challenges_of_hackathon ON innovation.challenges USING btree (hackathon_id, challenge_id);
CREATE INDEX challenges_of_organisation ON innovation.challenges USING btree (organisation_id);
CREATE INDEX challenges_state ON innovation.challenges USING btree (state, challenge_id);
GRANT INSERT, SELECT, UPDATE ON innovation.challenges TO falaj_portal;

CREATE TABLE innovation.challenge_datasets (
    challenge_id uuid NOT NULL,
    source_code text NOT NULL,
    CONSTRAINT challenge_datasets_pkey PRIMARY KEY (challenge_id, source_code),
    CONSTRAINT challenge_datasets_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES innovation.challenges(challenge_id),
    CONSTRAINT challenge_datasets_source_code_fkey FOREIGN KEY (source_code) REFERENCES sources(code) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX challenge_datasets_source ON innovation.challenge_datasets USING btree (source_code);
GRANT DELETE, INSERT, SELECT ON innovation.challenge_datasets TO falaj_portal;

CREATE TABLE innovation.challenge_things (
    challenge_id uuid NOT NULL,
    thing_code text NOT NULL,
    CONSTRAINT challenge_things_pkey PRIMARY KEY (challenge_id, thing_code),
    CONSTRAINT challenge_things_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES innovation.challenges(challenge_id),
    CONSTRAINT challenge_things_thing_code_fkey FOREIGN KEY (thing_code) REFERENCES things(code) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX challenge_things_thing ON innovation.challenge_things USING btree (thing_code);
GRANT DELETE, INSERT, SELECT ON innovation.challenge_things TO falaj_portal;

-- citycore/store/migrations/versions/b001/contest/juries.sql

CREATE TABLE innovation.judges (
    judge_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    person_id uuid NOT NULL,
    capacity integer NOT NULL,
    expertise uuid[] NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    is_named boolean NOT NULL DEFAULT false,
    CONSTRAINT judges_pkey PRIMARY KEY (judge_id),
    CONSTRAINT judges_capacity_check CHECK (capacity > 0),
    CONSTRAINT judges_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT judges_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX judges_begun ON innovation.judges USING btree (hackathon_id, created_at, judge_id);
CREATE INDEX judges_of ON innovation.judges USING btree (person_id, state);
CREATE UNIQUE INDEX judges_once ON innovation.judges USING btree (hackathon_id, person_id) WHERE state = ANY (ARRAY['invited'::text, 'accepted'::text]);
CREATE INDEX judges_since ON innovation.judges USING btree (hackathon_id, state_changed_at, judge_id);
GRANT INSERT, SELECT, UPDATE ON innovation.judges TO falaj_portal;

CREATE TABLE innovation.declarations (
    declaration_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    about uuid NOT NULL,
    declared_at timestamp with time zone NOT NULL,
    CONSTRAINT declarations_pkey PRIMARY KEY (declaration_id),
    CONSTRAINT declarations_judge_id_about_key UNIQUE (judge_id, about),
    CONSTRAINT declarations_judge_id_fkey FOREIGN KEY (judge_id) REFERENCES innovation.judges(judge_id)
);
GRANT DELETE, INSERT, SELECT ON innovation.declarations TO falaj_portal;

CREATE TABLE innovation.rubrics (
    hackathon_id uuid NOT NULL,
    round integer NOT NULL,
    criteria jsonb NOT NULL,
    lowest numeric NOT NULL,
    highest numeric NOT NULL,
    step numeric NOT NULL,
    judges_per_entry integer NOT NULL,
    is_by_challenge boolean NOT NULL,
    CONSTRAINT rubrics_pkey PRIMARY KEY (hackathon_id, round),
    CONSTRAINT rubrics_judges_per_entry_check CHECK (judges_per_entry > 0),
    CONSTRAINT rubrics_round_check CHECK (round > 0),
    CONSTRAINT rubrics_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.rubrics TO falaj_portal;

CREATE TABLE innovation.proposals (
    proposal_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    round integer NOT NULL,
    seed integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    CONSTRAINT proposals_pkey PRIMARY KEY (proposal_id),
    CONSTRAINT proposals_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
CREATE INDEX proposals_of ON innovation.proposals USING btree (hackathon_id, made_at);
GRANT INSERT, SELECT, UPDATE ON innovation.proposals TO falaj_portal;

CREATE TABLE innovation.proposal_seats (
    proposal_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    is_bridge boolean NOT NULL,
    is_new boolean NOT NULL,
    CONSTRAINT proposal_seats_pkey PRIMARY KEY (proposal_id, judge_id, submission_id),
    CONSTRAINT proposal_seats_judge_id_fkey FOREIGN KEY (judge_id) REFERENCES innovation.judges(judge_id),
    CONSTRAINT proposal_seats_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES innovation.proposals(proposal_id),
    CONSTRAINT proposal_seats_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
GRANT INSERT, SELECT ON innovation.proposal_seats TO falaj_portal;

CREATE TABLE innovation.sheets (
    sheet_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    round integer NOT NULL,
    track text NOT NULL,
    submission_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    marks jsonb NOT NULL DEFAULT '{}'::jsonb,
    comments jsonb NOT NULL DEFAULT '{}'::jsonb,
    remark text NOT NULL DEFAULT ''::text,
    submitted_at timestamp with time zone,
    CONSTRAINT sheets_pkey PRIMARY KEY (sheet_id),
    CONSTRAINT sheets_round_check CHECK (round > 0),
    CONSTRAINT sheets_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT sheets_judge_id_fkey FOREIGN KEY (judge_id) REFERENCES innovation.judges(judge_id),
    CONSTRAINT sheets_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE INDEX sheets_of_judge ON innovation.sheets USING btree (judge_id, round);
CREATE INDEX sheets_of_round ON innovation.sheets USING btree (hackathon_id, round, submission_id);
CREATE UNIQUE INDEX sheets_once ON innovation.sheets USING btree (round, judge_id, submission_id) WHERE state <> ALL (ARRAY['declined'::text, 'recused'::text]);
GRANT INSERT, SELECT, UPDATE ON innovation.sheets TO falaj_portal;

-- citycore/store/migrations/versions/b001/contest/open_data.sql

CREATE VIEW open_innovation.hackathons WITH (security_barrier=true) AS
 SELECT hackathon_id,
    code,
    title_ar,
    title_en,
    summary_ar,
    summary_en,
        CASE
            WHEN state = ANY (ARRAY['submissions_closed'::text, 'screening'::text, 'judging'::text, 'deliberation'::text]) THEN 'being_judged'::text
            ELSE state
        END AS state,
    state_reason,
    mode,
    place_ar,
    place_en,
    is_international,
    team_members_min,
    team_members_max,
    rounds,
    prizes,
    rules_ar,
    rules_en,
    eligibility_ar,
    eligibility_en,
    contact_email,
    partners
   FROM innovation.hackathons hackathon
  WHERE (state = ANY (ARRAY['announced'::text, 'registration_open'::text, 'team_formation_closed'::text, 'running'::text, 'submissions_closed'::text, 'screening'::text, 'judging'::text, 'deliberation'::text, 'results_provisional'::text, 'results_final'::text, 'archived'::text, 'postponed'::text])) OR state = 'cancelled'::text AND (EXISTS ( SELECT
           FROM innovation.audit
          WHERE audit.object = hackathon.hackathon_id AND audit.machine = 'hackathon'::text AND audit.event = 'announce'::text));
GRANT SELECT ON open_innovation.hackathons TO falaj_portal;
GRANT SELECT ON open_innovation.hackathons TO falaj_read;

CREATE VIEW open_innovation.deadlines WITH (security_barrier=true) AS
 SELECT object_id AS hackathon_id,
    code,
    title_ar,
    title_en,
    name,
    instant,
    zone,
    extensions
   FROM innovation.dates
  WHERE kind = 'hackathon'::text;
GRANT SELECT ON open_innovation.deadlines TO falaj_portal;
GRANT SELECT ON open_innovation.deadlines TO falaj_read;

CREATE VIEW open_innovation.challenges WITH (security_barrier=true) AS
 SELECT challenge.challenge_id,
    challenge.hackathon_id,
    hackathon.code AS hackathon_code,
    challenge.title_ar,
    challenge.title_en,
    challenge.problem_ar,
    challenge.problem_en,
    'published'::text AS state,
    challenge.terms,
    agency.organisation_id,
    agency.kind AS organisation_kind,
    agency.name_ar AS organisation_name_ar,
    agency.name_en AS organisation_name_en,
    ARRAY( SELECT link.source_code
           FROM innovation.challenge_datasets link
          WHERE link.challenge_id = challenge.challenge_id
          ORDER BY link.source_code) AS datasets,
    ARRAY( SELECT link.thing_code
           FROM innovation.challenge_things link
          WHERE link.challenge_id = challenge.challenge_id
          ORDER BY link.thing_code) AS things
   FROM innovation.challenges challenge
     JOIN open_innovation.hackathons hackathon USING (hackathon_id)
     LEFT JOIN innovation.organisations agency ON agency.organisation_id = challenge.organisation_id AND (agency.state = ANY (ARRAY['verified'::text, 'dissolved'::text]))
  WHERE challenge.state = ANY (ARRAY['published'::text, 'locked'::text]);
GRANT SELECT ON open_innovation.challenges TO falaj_portal;
GRANT SELECT ON open_innovation.challenges TO falaj_read;

CREATE VIEW open_innovation.challenge_datasets WITH (security_barrier=true) AS
 SELECT link.source_code,
    challenge.challenge_id,
    challenge.hackathon_code,
    challenge.title_ar,
    challenge.title_en
   FROM innovation.challenge_datasets link
     JOIN open_innovation.challenges challenge USING (challenge_id);
GRANT SELECT ON open_innovation.challenge_datasets TO falaj_portal;
GRANT SELECT ON open_innovation.challenge_datasets TO falaj_read;

CREATE VIEW open_innovation.challenge_things WITH (security_barrier=true) AS
 SELECT link.thing_code,
    challenge.challenge_id,
    challenge.hackathon_code,
    challenge.title_ar,
    challenge.title_en
   FROM innovation.challenge_things link
     JOIN open_innovation.challenges challenge USING (challenge_id);
GRANT SELECT ON open_innovation.challenge_things TO falaj_portal;
GRANT SELECT ON open_innovation.challenge_things TO falaj_read;

CREATE VIEW open_innovation.organisations WITH (security_barrier=true) AS
 SELECT organisation_id,
    kind,
    name_ar,
    name_en,
    ( SELECT count(*) AS count
           FROM open_innovation.challenges challenge
          WHERE challenge.organisation_id = organisation.organisation_id) AS challenge_count
   FROM innovation.organisations organisation
  WHERE state = 'verified'::text;
GRANT SELECT ON open_innovation.organisations TO falaj_portal;
GRANT SELECT ON open_innovation.organisations TO falaj_read;

-- citycore/store/migrations/versions/b001/contest/open_results.sql

CREATE VIEW innovation.public_submissions AS
 SELECT submission_id,
    hackathon_id,
    team_id,
    state,
    versions
   FROM innovation.submissions submission
  WHERE (state = ANY (ARRAY['eligible'::text, 'finalist'::text, 'not_selected'::text])) AND (hackathon_id = ANY ((ARRAY( SELECT hackathon.hackathon_id
           FROM innovation.hackathons hackathon
          WHERE hackathon.state = ANY (ARRAY['judging'::text, 'deliberation'::text, 'results_provisional'::text, 'results_final'::text, 'archived'::text]))))) AND ( SELECT team.state = 'locked'::text
           FROM innovation.teams team
          WHERE team.team_id = submission.team_id) AND ( SELECT true
           FROM innovation.submission_versions version
          WHERE version.submission_id = submission.submission_id AND version.number = submission.versions);

CREATE VIEW open_innovation.submissions WITH (security_barrier=true) AS
 SELECT submission.submission_id,
    submission.hackathon_id,
    told.hackathon_code,
    ( SELECT team.challenge_id
           FROM innovation.teams team
          WHERE team.team_id = submission.team_id AND (team.challenge_id = ANY ((ARRAY( SELECT challenge.challenge_id
                   FROM open_innovation.challenges challenge))))) AS challenge_id,
    told.title,
    told.summary,
    told.team,
    submission.state,
    told.submitted_at,
    told.sha256,
    COALESCE(( SELECT jsonb_agg(jsonb_build_object('kind', own.kind, 'reference', own.reference) ORDER BY own.noted_at, own.continuation_id) AS jsonb_agg
           FROM innovation.continuations own
          WHERE own.submission_id = submission.submission_id), '[]'::jsonb) AS continuations
   FROM innovation.public_submissions submission
     CROSS JOIN LATERAL ( SELECT hackathon.code AS hackathon_code,
            version.content ->> 'title'::text AS title,
            version.content ->> 'summary'::text AS summary,
            team.name AS team,
            version.submitted_at,
            encode(version.digest, 'hex'::text) AS sha256
           FROM innovation.hackathons hackathon,
            innovation.teams team,
            innovation.submission_versions version
          WHERE hackathon.hackathon_id = submission.hackathon_id AND team.team_id = submission.team_id AND version.submission_id = submission.submission_id AND version.number = submission.versions
         LIMIT 1) told
  ORDER BY submission.submission_id;
GRANT SELECT ON open_innovation.submissions TO falaj_portal;
GRANT SELECT ON open_innovation.submissions TO falaj_read;

CREATE VIEW innovation.told_results AS
 SELECT told.result_set_id,
    told.hackathon_id,
    hackathon.code AS hackathon_code,
    hackathon.title_ar AS hackathon_title_ar,
    hackathon.title_en AS hackathon_title_en,
        CASE hackathon.state
            WHEN 'results_provisional'::text THEN 'provisional'::text
            ELSE 'final'::text
        END AS status,
    told.released_at
   FROM innovation.result_sets told
     JOIN innovation.hackathons hackathon USING (hackathon_id)
  WHERE told.released_at IS NOT NULL AND (hackathon.state = ANY (ARRAY['results_provisional'::text, 'results_final'::text, 'archived'::text])) AND NOT (EXISTS ( SELECT
           FROM innovation.result_sets later
          WHERE later.hackathon_id = told.hackathon_id AND later.released_at IS NOT NULL AND later.number > told.number));

CREATE VIEW open_innovation.told_results WITH (security_barrier=true) AS
 SELECT result_set_id,
    hackathon_id,
    hackathon_code,
    hackathon_title_ar,
    hackathon_title_en,
    status,
    released_at
   FROM innovation.told_results;
GRANT SELECT ON open_innovation.told_results TO falaj_portal;
GRANT SELECT ON open_innovation.told_results TO falaj_read;

CREATE VIEW open_innovation.placings WITH (security_barrier=true) AS
 SELECT result_set_id,
    track,
        CASE
            WHEN track = ANY ((ARRAY( SELECT challenge.challenge_id::text AS challenge_id
               FROM open_innovation.challenges challenge))) THEN track::uuid
            ELSE NULL::uuid
        END AS challenge_id,
    place,
    submission_id,
    normalised,
    raw,
    raw_place,
    sheets
   FROM innovation.placings placed
  WHERE (result_set_id = ANY ((ARRAY( SELECT told.result_set_id
           FROM innovation.told_results told)))) AND ( SELECT true
           FROM innovation.public_submissions submission
          WHERE submission.submission_id = placed.submission_id)
  ORDER BY result_set_id, track, place, submission_id;
GRANT SELECT ON open_innovation.placings TO falaj_portal;
GRANT SELECT ON open_innovation.placings TO falaj_read;

CREATE VIEW innovation.peoples_choice AS
 SELECT public_submissions.hackathon_id,
    vote_counts.submission_id,
    vote_counts.votes,
    rank() OVER (PARTITION BY public_submissions.hackathon_id ORDER BY vote_counts.votes DESC) AS place
   FROM innovation.vote_counts
     JOIN innovation.public_submissions USING (submission_id)
     JOIN innovation.ballots USING (hackathon_id)
  WHERE ballots.closes_at <= now();

CREATE VIEW open_innovation.awards WITH (security_barrier=true) AS
 SELECT told.hackathon_id,
    'place'::text AS award,
    placed.track,
    placed.challenge_id,
    placed.place::bigint AS place,
    NULL::bigint AS votes,
    placed.submission_id
   FROM innovation.told_results told
     CROSS JOIN LATERAL ( SELECT placings.track,
            placings.challenge_id,
            placings.place,
            placings.submission_id
           FROM open_innovation.placings
          WHERE placings.result_set_id = told.result_set_id AND placings.place <= 3
         OFFSET 0) placed
  WHERE told.status = 'final'::text
UNION ALL
 SELECT choice.hackathon_id,
    'peoples_choice'::text AS award,
    ''::text AS track,
    NULL::uuid AS challenge_id,
    choice.place,
    choice.votes,
    choice.submission_id
   FROM innovation.peoples_choice choice
     JOIN innovation.hackathons hackathon USING (hackathon_id)
  WHERE choice.place = 1 AND (hackathon.state = ANY (ARRAY['results_final'::text, 'archived'::text]));
GRANT SELECT ON open_innovation.awards TO falaj_portal;
GRANT SELECT ON open_innovation.awards TO falaj_read;

-- citycore/store/migrations/versions/b001/contest/results.sql

CREATE TABLE innovation.result_sets (
    result_set_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    number integer NOT NULL,
    prepared_by uuid,
    prepared_at timestamp with time zone NOT NULL,
    released_by uuid,
    released_at timestamp with time zone,
    CONSTRAINT result_sets_pkey PRIMARY KEY (result_set_id),
    CONSTRAINT result_sets_hackathon_id_number_key UNIQUE (hackathon_id, number),
    CONSTRAINT result_sets_number_check CHECK (number > 0),
    CONSTRAINT result_sets_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.result_sets TO falaj_portal;

CREATE TABLE innovation.placings (
    result_set_id uuid NOT NULL,
    track text NOT NULL,
    submission_id uuid NOT NULL,
    place integer NOT NULL,
    raw_place integer NOT NULL,
    normalised numeric NOT NULL,
    raw numeric NOT NULL,
    spread numeric,
    sheets integer NOT NULL,
    separation text,
    is_flagged boolean NOT NULL,
    CONSTRAINT placings_pkey PRIMARY KEY (result_set_id, track, submission_id),
    CONSTRAINT placings_place_check CHECK (place > 0),
    CONSTRAINT placings_raw_place_check CHECK (raw_place > 0),
    CONSTRAINT placings_result_set_id_fkey FOREIGN KEY (result_set_id) REFERENCES innovation.result_sets(result_set_id),
    CONSTRAINT placings_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE INDEX placings_in_order ON innovation.placings USING btree (result_set_id, track, place, submission_id);
GRANT INSERT, SELECT ON innovation.placings TO falaj_portal;

CREATE TABLE innovation.panel_decisions (
    decision_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    round integer NOT NULL,
    track text NOT NULL,
    ranking uuid[] NOT NULL,
    reason text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT panel_decisions_pkey PRIMARY KEY (decision_id),
    CONSTRAINT panel_decisions_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
CREATE INDEX panel_decisions_of ON innovation.panel_decisions USING btree (hackathon_id, round, track);
GRANT INSERT, SELECT ON innovation.panel_decisions TO falaj_portal;

CREATE TABLE innovation.appeals (
    appeal_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    team_id uuid NOT NULL,
    text text NOT NULL,
    answer text,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    CONSTRAINT appeals_pkey PRIMARY KEY (appeal_id),
    CONSTRAINT appeals_team_id_key UNIQUE (team_id),
    CONSTRAINT appeals_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT appeals_team_id_fkey FOREIGN KEY (team_id) REFERENCES innovation.teams(team_id)
);
CREATE INDEX appeals_of ON innovation.appeals USING btree (hackathon_id, filed_at);
GRANT INSERT, SELECT, UPDATE ON innovation.appeals TO falaj_portal;

CREATE TABLE innovation.feedback_seeds (
    hackathon_id uuid NOT NULL,
    seed bytea NOT NULL,
    CONSTRAINT feedback_seeds_pkey PRIMARY KEY (hackathon_id),
    CONSTRAINT feedback_seeds_seed_check CHECK (octet_length(seed) = 32),
    CONSTRAINT feedback_seeds_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
GRANT INSERT, SELECT ON innovation.feedback_seeds TO falaj_portal;

CREATE TABLE innovation.ballots (
    hackathon_id uuid NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    CONSTRAINT ballots_pkey PRIMARY KEY (hackathon_id),
    CONSTRAINT ballots_check CHECK (closes_at > opens_at),
    CONSTRAINT ballots_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.ballots TO falaj_portal;

CREATE TABLE innovation.voters (
    hackathon_id uuid NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT voters_pkey PRIMARY KEY (hackathon_id, person_id),
    CONSTRAINT voters_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT voters_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX voters_of ON innovation.voters USING btree (person_id);
GRANT DELETE, INSERT, SELECT ON innovation.voters TO falaj_portal;

CREATE TABLE innovation.vote_counts (
    submission_id uuid NOT NULL,
    votes bigint NOT NULL,
    CONSTRAINT vote_counts_pkey PRIMARY KEY (submission_id),
    CONSTRAINT vote_counts_votes_check CHECK (votes > 0),
    CONSTRAINT vote_counts_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.vote_counts TO falaj_portal;

CREATE TABLE innovation.continuations (
    continuation_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    CONSTRAINT continuations_pkey PRIMARY KEY (continuation_id),
    CONSTRAINT continuations_kind_check CHECK (kind = ANY (ARRAY['funding_call'::text, 'pilot'::text, 'marketplace'::text])),
    CONSTRAINT continuations_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE INDEX continuations_of ON innovation.continuations USING btree (submission_id);
GRANT INSERT, SELECT ON innovation.continuations TO falaj_portal;

-- citycore/store/migrations/versions/b001/contest/submissions.sql

CREATE TABLE innovation.submission_forms (
    hackathon_id uuid NOT NULL,
    fields jsonb NOT NULL,
    CONSTRAINT submission_forms_pkey PRIMARY KEY (hackathon_id),
    CONSTRAINT submission_forms_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
GRANT INSERT, SELECT, UPDATE ON innovation.submission_forms TO falaj_portal;

CREATE TABLE innovation.submissions (
    submission_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    team_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    answers jsonb NOT NULL,
    versions integer NOT NULL DEFAULT 0,
    frozen_digest bytea,
    late_until timestamp with time zone,
    search_text text GENERATED ALWAYS AS (normalise_text((title || ' '::text) || summary)) STORED,
    written_version integer NOT NULL DEFAULT 1,
    CONSTRAINT submissions_pkey PRIMARY KEY (submission_id),
    CONSTRAINT submissions_team_id_key UNIQUE (team_id),
    CONSTRAINT submissions_frozen_digest_check CHECK (octet_length(frozen_digest) = 32),
    CONSTRAINT submissions_versions_check CHECK (versions >= 0),
    CONSTRAINT submissions_written_version_check CHECK (written_version > 0),
    CONSTRAINT submissions_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT submissions_team_id_fkey FOREIGN KEY (team_id) REFERENCES innovation.teams(team_id)
);
CREATE INDEX submissions_counted ON innovation.submissions USING btree (hackathon_id, state, team_id);
CREATE INDEX submissions_of_hackathon ON innovation.submissions USING btree (hackathon_id, submission_id);
CREATE INDEX submissions_search ON innovation.submissions USING gin (search_text gin_trgm_ops);
CREATE INDEX submissions_since ON innovation.submissions USING btree (hackathon_id, state_changed_at, submission_id);
CREATE INDEX submissions_state ON innovation.submissions USING btree (state, submission_id);
GRANT INSERT, SELECT, UPDATE ON innovation.submissions TO falaj_portal;

CREATE TABLE innovation.submission_versions (
    submission_id uuid NOT NULL,
    number integer NOT NULL,
    content jsonb NOT NULL,
    digest bytea NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    CONSTRAINT submission_versions_pkey PRIMARY KEY (submission_id, number),
    CONSTRAINT submission_versions_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT submission_versions_number_check CHECK (number > 0),
    CONSTRAINT submission_versions_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE TRIGGER keep_versions BEFORE DELETE OR UPDATE OR TRUNCATE ON innovation.submission_versions FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();
GRANT INSERT, SELECT ON innovation.submission_versions TO falaj_portal;

CREATE TABLE innovation.submission_files (
    file_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT submission_files_pkey PRIMARY KEY (file_id),
    CONSTRAINT submission_files_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT submission_files_size_bytes_check CHECK (size_bytes > 0),
    CONSTRAINT submission_files_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE INDEX submission_files_of ON innovation.submission_files USING btree (submission_id, added_at);
GRANT INSERT, SELECT, UPDATE ON innovation.submission_files TO falaj_portal;

CREATE TABLE innovation.late_codes (
    late_code_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    code_digest bytea NOT NULL,
    until timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT late_codes_pkey PRIMARY KEY (late_code_id),
    CONSTRAINT late_codes_code_digest_key UNIQUE (code_digest),
    CONSTRAINT late_codes_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT late_codes_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES innovation.submissions(submission_id)
);
CREATE INDEX late_codes_of ON innovation.late_codes USING btree (submission_id);
GRANT INSERT, SELECT, UPDATE ON innovation.late_codes TO falaj_portal;

-- citycore/store/migrations/versions/b001/contest/team_keys.sql

CREATE OR REPLACE FUNCTION innovation.issue_team_key(team uuid, digest bytea, per_minute integer, per_day integer, at timestamp with time zone, until timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    INSERT INTO public.api_keys
        (name, owner, key_digest, requests_per_minute, requests_per_day, created_at, expires_at)
    SELECT 'team-' || left(replace(team_id::text, '-', ''), 12) || '-' || left(encode(digest, 'hex'), 8),
           'team:' || team_id, digest, per_minute, per_day, at, until
    FROM innovation.teams WHERE team_id = team
$function$;
GRANT EXECUTE ON FUNCTION innovation.issue_team_key(uuid,bytea,integer,integer,timestamp with time zone,timestamp with time zone) TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.revoke_team_key(team uuid, key integer, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH revoked AS (
        UPDATE public.api_keys SET revoked_at = at
        WHERE api_key_id = key AND owner = 'team:' || team AND revoked_at IS NULL
        RETURNING 1)
    SELECT EXISTS (SELECT FROM revoked)
$function$;
GRANT EXECUTE ON FUNCTION innovation.revoke_team_key(uuid,integer,timestamp with time zone) TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.team_keys(team uuid, today date)
 RETURNS TABLE(api_key_id integer, number bigint, requests_per_minute integer, requests_per_day integer, created_at timestamp with time zone, expires_at timestamp with time zone, revoked_at timestamp with time zone, requests_today bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT known.api_key_id, row_number() OVER (ORDER BY known.api_key_id), known.requests_per_minute,
           known.requests_per_day, known.created_at, known.expires_at, known.revoked_at,
           coalesce(used.request_count, 0)
    FROM public.api_keys AS known
    LEFT JOIN public.api_usage AS used ON used.api_key_id = known.api_key_id AND used.day = today
    WHERE known.owner = 'team:' || team
    ORDER BY known.api_key_id
$function$;
GRANT EXECUTE ON FUNCTION innovation.team_keys(uuid,date) TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.team_key_usage(team uuid, since date)
 RETURNS TABLE(day date, request_count bigint, limited_count bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT used.day, sum(used.request_count)::bigint, sum(used.limited_count)::bigint
    FROM public.api_keys AS known JOIN public.api_usage AS used USING (api_key_id)
    WHERE known.owner = 'team:' || team AND used.day >= since
    GROUP BY used.day
    ORDER BY used.day
$function$;
GRANT EXECUTE ON FUNCTION innovation.team_key_usage(uuid,date) TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.end_keys_of_team()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    UPDATE public.api_keys SET revoked_at = NEW.state_changed_at
    WHERE owner = 'team:' || NEW.team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION innovation.end_keys_of_hackathon()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    UPDATE public.api_keys SET revoked_at = NEW.state_changed_at
    FROM innovation.teams
    WHERE teams.hackathon_id = NEW.hackathon_id AND owner = 'team:' || team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION innovation.move_end_of_keys()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    UPDATE public.api_keys SET expires_at = expires_at + (NEW.instant - OLD.instant)
    FROM innovation.teams
    WHERE teams.hackathon_id = NEW.object_id AND owner = 'team:' || team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b001/contest/teams.sql

CREATE TABLE innovation.teams (
    team_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    challenge_id uuid,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    name text NOT NULL,
    pitch text NOT NULL,
    open_roles text[] NOT NULL,
    code_digest bytea,
    code_expires_at timestamp with time zone,
    search_text text GENERATED ALWAYS AS (normalise_text(name)) STORED,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id),
    CONSTRAINT teams_check CHECK ((code_digest IS NULL) = (code_expires_at IS NULL)),
    CONSTRAINT teams_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT teams_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES innovation.challenges(challenge_id),
    CONSTRAINT teams_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id)
);
CREATE INDEX teams_called ON innovation.teams USING btree (hackathon_id, search_text, team_id);
CREATE INDEX teams_challenge ON innovation.teams USING btree (challenge_id);
CREATE UNIQUE INDEX teams_code ON innovation.teams USING btree (code_digest);
CREATE INDEX teams_counted ON innovation.teams USING btree (hackathon_id, state, team_id);
CREATE UNIQUE INDEX teams_name ON innovation.teams USING btree (hackathon_id, search_text) WHERE state <> ALL (ARRAY['expired'::text, 'withdrawn'::text]);
CREATE INDEX teams_of_hackathon ON innovation.teams USING btree (hackathon_id, team_id);
CREATE INDEX teams_search ON innovation.teams USING gin (search_text gin_trgm_ops);
CREATE INDEX teams_since ON innovation.teams USING btree (hackathon_id, state_changed_at, team_id);
CREATE INDEX teams_state ON innovation.teams USING btree (state, team_id);
CREATE TRIGGER end_keys AFTER UPDATE OF state ON innovation.teams FOR EACH ROW WHEN (new.state = ANY (ARRAY['expired'::text, 'withdrawn'::text, 'disqualified'::text])) EXECUTE FUNCTION innovation.end_keys_of_team();
GRANT INSERT, SELECT, UPDATE ON innovation.teams TO falaj_portal;

CREATE TABLE innovation.team_members (
    member_id uuid NOT NULL,
    team_id uuid NOT NULL,
    hackathon_id uuid NOT NULL,
    person_id uuid,
    email text,
    email_key text,
    is_captain boolean NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    joined_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT team_members_pkey PRIMARY KEY (member_id),
    CONSTRAINT team_members_hackathon_id_fkey FOREIGN KEY (hackathon_id) REFERENCES innovation.hackathons(hackathon_id),
    CONSTRAINT team_members_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id),
    CONSTRAINT team_members_team_id_fkey FOREIGN KEY (team_id) REFERENCES innovation.teams(team_id)
);
CREATE UNIQUE INDEX team_members_captain ON innovation.team_members USING btree (team_id) WHERE is_captain;
CREATE INDEX team_members_in ON innovation.team_members USING btree (team_id, state);
CREATE INDEX team_members_invitations ON innovation.team_members USING btree (email_key) WHERE state = 'invited'::text;
CREATE UNIQUE INDEX team_members_invited ON innovation.team_members USING btree (team_id, email_key) WHERE state = 'invited'::text;
CREATE INDEX team_members_of ON innovation.team_members USING btree (person_id, state);
CREATE UNIQUE INDEX team_members_once ON innovation.team_members USING btree (hackathon_id, person_id) WHERE state = 'member'::text AND ended_at IS NULL;
CREATE INDEX team_members_state ON innovation.team_members USING btree (state, member_id) WHERE state = ANY (ARRAY['invited'::text, 'requested'::text]);
CREATE UNIQUE INDEX team_members_waiting ON innovation.team_members USING btree (team_id, person_id) WHERE state = ANY (ARRAY['requested'::text, 'member'::text]);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.team_members TO falaj_portal;

CREATE TABLE innovation.team_mentors (
    team_id uuid NOT NULL,
    person_id uuid NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    CONSTRAINT team_mentors_pkey PRIMARY KEY (team_id, person_id),
    CONSTRAINT team_mentors_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id),
    CONSTRAINT team_mentors_team_id_fkey FOREIGN KEY (team_id) REFERENCES innovation.teams(team_id)
);
CREATE INDEX team_mentors_of ON innovation.team_mentors USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.team_mentors TO falaj_portal;
