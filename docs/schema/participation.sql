-- The schema of `participation` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b003/participation/cases.sql

CREATE TABLE participation.case_handlers (
    organisation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    level smallint NOT NULL,
    unit text,
    CONSTRAINT case_handlers_pkey PRIMARY KEY (organisation_id, person_id),
    CONSTRAINT case_handlers_level_check CHECK (level >= 1 AND level <= 3),
    CONSTRAINT case_handlers_unit_check CHECK (unit <> ''::text),
    CONSTRAINT case_handlers_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT case_handlers_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX case_handlers_person ON participation.case_handlers USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.case_handlers TO falaj_portal;

CREATE TABLE participation.cases (
    case_id uuid NOT NULL,
    kind text NOT NULL,
    organisation_id uuid NOT NULL,
    unit text,
    level smallint NOT NULL DEFAULT 1,
    handler_id uuid,
    channel text NOT NULL,
    language text NOT NULL,
    main_id uuid,
    objected_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT cases_pkey PRIMARY KEY (case_id),
    CONSTRAINT cases_check CHECK (main_id <> case_id),
    CONSTRAINT cases_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT cases_level_check CHECK (level >= 1 AND level <= 3),
    CONSTRAINT cases_unit_check CHECK (unit <> ''::text),
    CONSTRAINT cases_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES innovation.people(person_id),
    CONSTRAINT cases_main_id_fkey FOREIGN KEY (main_id) REFERENCES participation.cases(case_id),
    CONSTRAINT cases_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX cases_handler ON participation.cases USING btree (handler_id) WHERE closed_at IS NULL;
CREATE INDEX cases_main ON participation.cases USING btree (main_id) WHERE main_id IS NOT NULL;
CREATE INDEX cases_organisation ON participation.cases USING btree (organisation_id, received_at DESC, case_id DESC);
GRANT INSERT, SELECT, UPDATE ON participation.cases TO falaj_portal;

CREATE TABLE participation.case_askers (
    case_id uuid NOT NULL,
    person_id uuid,
    name text NOT NULL DEFAULT ''::text,
    email text NOT NULL DEFAULT ''::text,
    email_key text,
    telephone text NOT NULL DEFAULT ''::text,
    CONSTRAINT case_askers_pkey PRIMARY KEY (case_id),
    CONSTRAINT case_askers_case_id_fkey FOREIGN KEY (case_id) REFERENCES participation.cases(case_id),
    CONSTRAINT case_askers_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX case_askers_email ON participation.case_askers USING btree (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX case_askers_person ON participation.case_askers USING btree (person_id) WHERE person_id IS NOT NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.case_askers TO falaj_portal;

CREATE TABLE participation.case_bars (
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    reason text NOT NULL,
    CONSTRAINT case_bars_pkey PRIMARY KEY (case_id, person_id, reason),
    CONSTRAINT case_bars_reason_check CHECK (reason = ANY (ARRAY['about'::text, 'declared'::text, 'before'::text])),
    CONSTRAINT case_bars_case_id_fkey FOREIGN KEY (case_id) REFERENCES participation.cases(case_id),
    CONSTRAINT case_bars_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX case_bars_person ON participation.case_bars USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.case_bars TO falaj_portal;

CREATE TABLE participation.case_messages (
    message_id uuid NOT NULL,
    case_id uuid NOT NULL,
    number integer NOT NULL,
    visibility text NOT NULL,
    sender text NOT NULL,
    person_id uuid,
    body text NOT NULL,
    language text NOT NULL,
    channel text NOT NULL,
    mail_id text,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT case_messages_pkey PRIMARY KEY (message_id),
    CONSTRAINT case_messages_case_id_number_key UNIQUE (case_id, number),
    CONSTRAINT case_messages_mail_id_key UNIQUE (mail_id),
    CONSTRAINT case_messages_body_check CHECK (body <> ''::text),
    CONSTRAINT case_messages_check CHECK (NOT (sender = 'asker'::text AND visibility = 'staff'::text)),
    CONSTRAINT case_messages_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT case_messages_sender_check CHECK (sender = ANY (ARRAY['asker'::text, 'staff'::text])),
    CONSTRAINT case_messages_visibility_check CHECK (visibility = ANY (ARRAY['asker'::text, 'staff'::text, 'public'::text])),
    CONSTRAINT case_messages_case_id_fkey FOREIGN KEY (case_id) REFERENCES participation.cases(case_id),
    CONSTRAINT case_messages_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX case_messages_person ON participation.case_messages USING btree (person_id) WHERE person_id IS NOT NULL;
GRANT INSERT, SELECT, UPDATE ON participation.case_messages TO falaj_portal;

CREATE TABLE participation.case_files (
    file_id uuid NOT NULL,
    case_id uuid NOT NULL,
    digest bytea NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sender text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT case_files_pkey PRIMARY KEY (file_id),
    CONSTRAINT case_files_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT case_files_sender_check CHECK (sender = ANY (ARRAY['asker'::text, 'staff'::text])),
    CONSTRAINT case_files_size_bytes_check CHECK (size_bytes >= 0),
    CONSTRAINT case_files_case_id_fkey FOREIGN KEY (case_id) REFERENCES participation.cases(case_id)
);
CREATE INDEX case_files_case ON participation.case_files USING btree (case_id, sent_at, file_id);
CREATE INDEX case_files_digest ON participation.case_files USING btree (digest);
GRANT INSERT, SELECT, UPDATE ON participation.case_files TO falaj_portal;

CREATE TABLE participation.case_ratings (
    case_id uuid NOT NULL,
    points smallint NOT NULL,
    body text NOT NULL DEFAULT ''::text,
    rated_at timestamp with time zone NOT NULL,
    CONSTRAINT case_ratings_pkey PRIMARY KEY (case_id),
    CONSTRAINT case_ratings_points_check CHECK (points >= 1 AND points <= 5),
    CONSTRAINT case_ratings_case_id_fkey FOREIGN KEY (case_id) REFERENCES participation.cases(case_id)
);
GRANT INSERT, SELECT, UPDATE ON participation.case_ratings TO falaj_portal;

CREATE VIEW participation.case_conflicts AS
 SELECT case_askers.case_id,
    case_askers.person_id
   FROM participation.case_askers
  WHERE case_askers.person_id IS NOT NULL
UNION ALL
 SELECT asker.case_id,
    people.person_id
   FROM participation.case_askers asker
     JOIN innovation.people ON people.email_key = asker.email_key
UNION ALL
 SELECT case_bars.case_id,
    case_bars.person_id
   FROM participation.case_bars
  WHERE case_bars.reason <> 'before'::text
UNION ALL
 SELECT cases.case_id,
    handler.person_id
   FROM participation.cases
     JOIN participation.case_handlers handler USING (organisation_id)
  WHERE handler.unit = cases.unit;
GRANT SELECT ON participation.case_conflicts TO falaj_portal;

-- citycore/store/migrations/versions/b003/participation/decisions.sql

CREATE TABLE participation.decisions (
    decision_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    entered_by uuid,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    heard_ar text NOT NULL,
    heard_en text NOT NULL,
    governorate text,
    recommendation_ar text NOT NULL DEFAULT ''::text,
    recommendation_en text NOT NULL DEFAULT ''::text,
    owner_id uuid,
    answer_ar text NOT NULL DEFAULT ''::text,
    answer_en text NOT NULL DEFAULT ''::text,
    reason_ar text NOT NULL DEFAULT ''::text,
    reason_en text NOT NULL DEFAULT ''::text,
    outcome text,
    answered_at timestamp with time zone,
    done_at timestamp with time zone,
    replaces_id uuid,
    dispute text,
    disputed_at timestamp with time zone,
    disputed_by uuid,
    CONSTRAINT decisions_pkey PRIMARY KEY (decision_id),
    CONSTRAINT decisions_check CHECK ((outcome IS NULL) = (answered_at IS NULL)),
    CONSTRAINT decisions_check1 CHECK ((state <> ALL (ARRAY['accepted'::text, 'partly'::text, 'rejected'::text, 'done'::text, 'disputed'::text, 'settled'::text])) OR outcome IS NOT NULL),
    CONSTRAINT decisions_check2 CHECK (outcome IS NULL OR owner_id IS NOT NULL AND answer_ar <> ''::text AND answer_en <> ''::text),
    CONSTRAINT decisions_check3 CHECK (outcome IS NULL OR outcome = 'accepted'::text OR reason_ar <> ''::text AND reason_en <> ''::text),
    CONSTRAINT decisions_outcome_check CHECK (outcome = ANY (ARRAY['accepted'::text, 'partly'::text, 'rejected'::text])),
    CONSTRAINT decisions_disputed_by_fkey FOREIGN KEY (disputed_by) REFERENCES innovation.people(person_id),
    CONSTRAINT decisions_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES innovation.people(person_id),
    CONSTRAINT decisions_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT decisions_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES participation.decisions(decision_id)
);
CREATE INDEX decisions_disputed ON participation.decisions USING btree (disputed_by) WHERE disputed_by IS NOT NULL;
CREATE INDEX decisions_entered ON participation.decisions USING btree (entered_by);
CREATE INDEX decisions_newest ON participation.decisions USING btree (created_at DESC, decision_id DESC) WHERE state <> 'withdrawn'::text;
CREATE INDEX decisions_owner ON participation.decisions USING btree (owner_id, created_at DESC, decision_id DESC);
CREATE INDEX decisions_replaces ON participation.decisions USING btree (replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX decisions_waiting ON participation.decisions USING btree (state, decision_id) WHERE state = ANY (ARRAY['heard'::text, 'recommended'::text, 'with_owner'::text, 'done'::text]);
GRANT INSERT, SELECT, UPDATE ON participation.decisions TO falaj_portal;

CREATE TABLE participation.decision_grounds (
    decision_id uuid NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT decision_grounds_pkey PRIMARY KEY (decision_id, kind, object_id),
    CONSTRAINT decision_grounds_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES participation.decisions(decision_id)
);
CREATE INDEX decision_grounds_of ON participation.decision_grounds USING btree (kind, object_id);
GRANT DELETE, INSERT, SELECT ON participation.decision_grounds TO falaj_portal;

CREATE TABLE participation.decision_actions (
    action_id uuid NOT NULL,
    decision_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    owner_id uuid NOT NULL,
    due_on date NOT NULL,
    text_ar text NOT NULL,
    text_en text NOT NULL,
    evidence_link text NOT NULL DEFAULT ''::text,
    evidence_ar text NOT NULL DEFAULT ''::text,
    evidence_en text NOT NULL DEFAULT ''::text,
    claimed_by uuid,
    claimed_at timestamp with time zone,
    verified_by uuid,
    verified_at timestamp with time zone,
    CONSTRAINT decision_actions_pkey PRIMARY KEY (action_id),
    CONSTRAINT decision_actions_check CHECK ((state <> ALL (ARRAY['claimed'::text, 'verified'::text])) OR evidence_link <> ''::text),
    CONSTRAINT decision_actions_check1 CHECK (verified_by <> claimed_by),
    CONSTRAINT decision_actions_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES innovation.people(person_id),
    CONSTRAINT decision_actions_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES participation.decisions(decision_id),
    CONSTRAINT decision_actions_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT decision_actions_verified_by_fkey FOREIGN KEY (verified_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX decision_actions_claimed ON participation.decision_actions USING btree (claimed_by);
CREATE INDEX decision_actions_of ON participation.decision_actions USING btree (decision_id, created_at, action_id);
CREATE INDEX decision_actions_verified ON participation.decision_actions USING btree (verified_by);
CREATE INDEX decision_actions_waiting ON participation.decision_actions USING btree (state, owner_id) WHERE state = ANY (ARRAY['promised'::text, 'claimed'::text]);
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.decision_actions TO falaj_portal;

CREATE TABLE participation.decision_notices (
    decision_id uuid NOT NULL,
    notice text NOT NULL,
    heard text NOT NULL,
    told_at timestamp with time zone NOT NULL,
    CONSTRAINT decision_notices_pkey PRIMARY KEY (decision_id, notice, heard),
    CONSTRAINT decision_notices_notice_check CHECK (notice = ANY (ARRAY['answered'::text, 'ended'::text])),
    CONSTRAINT decision_notices_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES participation.decisions(decision_id)
);
CREATE INDEX decision_notices_heard ON participation.decision_notices USING btree (heard);
GRANT DELETE, INSERT, SELECT ON participation.decision_notices TO falaj_portal;

CREATE VIEW open_participation.decisions WITH (security_barrier=true) AS
 SELECT decisions.decision_id,
    decisions.state,
    decisions.state_reason,
    decisions.version,
    decisions.state_changed_at,
    decisions.created_at,
    GREATEST(decisions.state_changed_at, ( SELECT max(doing.state_changed_at) AS max
           FROM participation.decision_actions doing
          WHERE doing.decision_id = decisions.decision_id)) AS changed_at,
    decisions.title_ar,
    decisions.title_en,
    decisions.heard_ar,
    decisions.heard_en,
    decisions.governorate,
    decisions.recommendation_ar,
    decisions.recommendation_en,
        CASE
            WHEN decisions.outcome IS NOT NULL THEN decisions.answer_ar
            ELSE NULL::text
        END AS answer_ar,
        CASE
            WHEN decisions.outcome IS NOT NULL THEN decisions.answer_en
            ELSE NULL::text
        END AS answer_en,
        CASE
            WHEN decisions.outcome <> 'accepted'::text THEN decisions.reason_ar
            ELSE NULL::text
        END AS reason_ar,
        CASE
            WHEN decisions.outcome <> 'accepted'::text THEN decisions.reason_en
            ELSE NULL::text
        END AS reason_en,
    decisions.outcome,
    decisions.answered_at,
    decisions.done_at,
    decisions.disputed_at,
    owner.organisation_id AS owner_id,
    owner.name_ar AS owner_name_ar,
    owner.name_en AS owner_name_en,
    due.instant AS due_at,
    decisions.replaces_id,
    ( SELECT replaced.decision_id
           FROM participation.decisions replaced
          WHERE replaced.replaces_id = decisions.decision_id AND replaced.outcome IS NOT NULL
          ORDER BY replaced.answered_at
         LIMIT 1) AS replaced_by,
    ARRAY( SELECT DISTINCT grounds.kind
           FROM participation.decision_grounds grounds
          WHERE grounds.decision_id = decisions.decision_id
          ORDER BY grounds.kind) AS kinds,
    ( SELECT count(*)::integer AS count
           FROM participation.decision_grounds grounds
          WHERE grounds.decision_id = decisions.decision_id) AS grounds,
    COALESCE(( SELECT jsonb_agg(jsonb_build_object('text_ar', actions.text_ar, 'text_en', actions.text_en, 'owner_name_ar', COALESCE(doer.name_ar, doer.name_en), 'owner_name_en', COALESCE(doer.name_en, doer.name_ar), 'due_on', actions.due_on, 'state', actions.state, 'evidence', NULLIF(actions.evidence_link, ''::text), 'claimed_at', actions.claimed_at, 'verified_at', actions.verified_at) ORDER BY actions.created_at, actions.action_id) AS jsonb_agg
           FROM participation.decision_actions actions
             JOIN innovation.organisations doer ON doer.organisation_id = actions.owner_id
          WHERE actions.decision_id = decisions.decision_id AND decisions.outcome IS NOT NULL), '[]'::jsonb) AS actions
   FROM participation.decisions
     LEFT JOIN innovation.organisations owner ON owner.organisation_id = decisions.owner_id
     LEFT JOIN innovation.deadlines due ON due.object_id = decisions.decision_id AND due.name = 'answer_due'::text
  WHERE decisions.state <> 'withdrawn'::text;
GRANT SELECT ON open_participation.decisions TO falaj_read;

CREATE VIEW open_participation.decisions_version WITH (security_barrier=true) AS
 SELECT ( SELECT ARRAY[count(*), sum(decisions.version)]::text || max(decisions.state_changed_at)
           FROM participation.decisions) AS decided,
    ( SELECT ARRAY[count(*), sum(decision_actions.version)]::text || max(decision_actions.state_changed_at)
           FROM participation.decision_actions) AS done,
    ( SELECT count(*)::text || max(decision_grounds.added_at)
           FROM participation.decision_grounds) AS heard,
    ( SELECT count(*) AS count
           FROM participation.decisions
             JOIN innovation.deadlines due ON due.object_id = decisions.decision_id AND due.name = 'answer_due'::text
          WHERE decisions.answered_at IS NULL AND due.instant <= now()) AS late;
GRANT SELECT ON open_participation.decisions_version TO falaj_read;

-- citycore/store/migrations/versions/b003/participation/follow_ups.sql

CREATE TABLE participation.follow_ups (
    object_id uuid NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    code_digest bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT follow_ups_pkey PRIMARY KEY (object_id),
    CONSTRAINT follow_ups_number_key UNIQUE (number),
    CONSTRAINT follow_ups_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT follow_ups_kind_check CHECK (kind ~ '^[a-z][a-z_]{0,62}$'::text),
    CONSTRAINT follow_ups_number_check CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{9}$'::text)
);
GRANT INSERT, SELECT ON participation.follow_ups TO falaj_portal;

-- citycore/store/migrations/versions/b003/participation/forms.sql

CREATE TABLE participation.forms (
    form_id uuid NOT NULL,
    version integer NOT NULL,
    digest bytea NOT NULL,
    document jsonb NOT NULL,
    erratum_of integer,
    frozen_at timestamp with time zone NOT NULL,
    CONSTRAINT forms_pkey PRIMARY KEY (form_id, version),
    CONSTRAINT forms_form_id_digest_key UNIQUE (form_id, digest),
    CONSTRAINT forms_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT forms_version_check CHECK (version > 0),
    CONSTRAINT forms_form_id_erratum_of_fkey FOREIGN KEY (form_id, erratum_of) REFERENCES participation.forms(form_id, version)
);
GRANT INSERT, SELECT ON participation.forms TO falaj_portal;

CREATE TABLE participation.form_drafts (
    form_id uuid NOT NULL,
    version integer NOT NULL DEFAULT 1,
    document jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT form_drafts_pkey PRIMARY KEY (form_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.form_drafts TO falaj_portal;

-- citycore/store/migrations/versions/b003/participation/owed_answers.sql

CREATE VIEW participation.owed_answers AS
 SELECT kind,
    object_id,
    due_at
   FROM ( VALUES (NULL::text,NULL::uuid,NULL::timestamp with time zone)) "none"(kind, object_id, due_at)
  WHERE false;
GRANT SELECT ON participation.owed_answers TO falaj_portal;

-- citycore/store/migrations/versions/b003/participation/releases.sql

CREATE TABLE participation.releases (
    release_id uuid NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    corrects uuid,
    released_at timestamp with time zone NOT NULL,
    form_sha256 bytea,
    sampling text NOT NULL,
    n integer NOT NULL,
    asked integer,
    answered integer NOT NULL,
    document text NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT releases_pkey PRIMARY KEY (release_id),
    CONSTRAINT releases_corrects_key UNIQUE (corrects),
    CONSTRAINT releases_check CHECK (sha256 = sha256(convert_to(document, 'UTF8'::name))),
    CONSTRAINT releases_check1 CHECK (n <= answered AND answered <= asked),
    CONSTRAINT releases_check2 CHECK ((asked IS NULL) = (sampling = 'self_selected'::text)),
    CONSTRAINT releases_check3 CHECK (corrects <> release_id),
    CONSTRAINT releases_form_sha256_check CHECK (octet_length(form_sha256) = 32),
    CONSTRAINT releases_n_check CHECK (n >= 0),
    CONSTRAINT releases_sampling_check CHECK (sampling = ANY (ARRAY['roll'::text, 'self_selected'::text])),
    CONSTRAINT releases_subject_kind_check CHECK (subject_kind ~ '^[a-z][a-z_]*$'::text),
    CONSTRAINT releases_corrects_fkey FOREIGN KEY (corrects) REFERENCES participation.releases(release_id)
);
CREATE INDEX releases_of_subject ON participation.releases USING btree (subject_kind, subject_id, released_at, release_id);
CREATE TRIGGER keep_releases BEFORE DELETE OR UPDATE OR TRUNCATE ON participation.releases FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();
GRANT INSERT, SELECT ON participation.releases TO falaj_portal;

CREATE VIEW open_participation.releases WITH (security_barrier=true) AS
 SELECT one.release_id,
    one.subject_kind,
    one.subject_id,
    one.corrects,
    later.release_id AS corrected_by,
    one.released_at,
    one.sampling,
    one.n,
    one.asked,
    one.answered,
    one.document,
    encode(one.sha256, 'hex'::text) AS sha256,
    (read.content ->> 'hidden'::text)::integer AS hidden,
    read.content -> 'tables'::text AS tables,
    (read.content -> 'statement'::text) ->> 'en'::text AS statement_en,
    (read.content -> 'statement'::text) ->> 'ar'::text AS statement_ar
   FROM participation.releases one
     CROSS JOIN LATERAL ( SELECT one.document::jsonb AS content) read
     LEFT JOIN participation.releases later ON later.corrects = one.release_id;
GRANT SELECT ON open_participation.releases TO falaj_read;

CREATE VIEW open_participation.figures WITH (security_barrier=true) AS
 SELECT one.release_id,
    listed.place::integer AS place,
    one.subject_id,
    listed.figure ->> 'code'::text AS code,
    listed.figure ->> 'kind'::text AS kind,
    listed.figure ->> 'option'::text AS option,
    listed.figure ->> 'channel'::text AS channel,
    (listed.figure ->> 'weighted'::text)::boolean AS weighted,
    (listed.figure ->> 'base'::text)::integer AS base,
    listed.figure ->> 'value'::text AS value,
    listed.figure ->> 'low'::text AS low,
    listed.figure ->> 'high'::text AS high,
    (EXISTS ( SELECT
           FROM participation.releases later
          WHERE later.corrects = one.release_id)) AS is_replaced
   FROM participation.releases one
     CROSS JOIN LATERAL jsonb_array_elements(one.document::jsonb -> 'figures'::text) WITH ORDINALITY listed(figure, place);
GRANT SELECT ON open_participation.figures TO falaj_read;

-- citycore/store/migrations/versions/b003/participation/voices.sql

CREATE TABLE participation.voices (
    voice_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    topic text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    governorate text,
    wilayat text NOT NULL DEFAULT ''::text,
    longitude double precision,
    latitude double precision,
    is_public_place boolean NOT NULL DEFAULT false,
    outcome text,
    answer text,
    evidence text,
    answered_at timestamp with time zone,
    disputed_at timestamp with time zone,
    mail_id text,
    counted_in date,
    CONSTRAINT voices_pkey PRIMARY KEY (voice_id),
    CONSTRAINT voices_mail_id_key UNIQUE (mail_id),
    CONSTRAINT voices_body_check CHECK (body <> ''::text),
    CONSTRAINT voices_check CHECK ((longitude IS NULL) = (latitude IS NULL)),
    CONSTRAINT voices_check1 CHECK ((state <> ALL (ARRAY['answered'::text, 'closed'::text])) OR outcome IS NOT NULL),
    CONSTRAINT voices_check2 CHECK (outcome <> 'resolved'::text OR COALESCE(evidence, ''::text) <> ''::text),
    CONSTRAINT voices_check3 CHECK ((outcome <> ALL (ARRAY['answered_not_done'::text, 'not_ours'::text])) OR COALESCE(answer, ''::text) <> ''::text),
    CONSTRAINT voices_kind_check CHECK (kind = ANY (ARRAY['complaint'::text, 'suggestion'::text, 'quality_note'::text])),
    CONSTRAINT voices_latitude_check CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision),
    CONSTRAINT voices_longitude_check CHECK (longitude >= '-180'::integer::double precision AND longitude <= 180::double precision),
    CONSTRAINT voices_outcome_check CHECK (outcome = ANY (ARRAY['resolved'::text, 'answered_not_done'::text, 'not_ours'::text, 'with_main'::text, 'withdrawn'::text, 'no_reply'::text])),
    CONSTRAINT voices_subject_check CHECK (subject <> ''::text),
    CONSTRAINT voices_voice_id_fkey FOREIGN KEY (voice_id) REFERENCES participation.cases(case_id)
);
CREATE INDEX voices_near ON participation.voices USING btree (latitude, longitude) WHERE latitude IS NOT NULL;
CREATE INDEX voices_state ON participation.voices USING btree (state, voice_id);
GRANT INSERT, SELECT, UPDATE ON participation.voices TO falaj_portal;

CREATE VIEW open_participation.voice_figures WITH (security_barrier=true) AS
 SELECT month,
    organisation_id,
    kind,
    governorate,
    organisation_ar,
    organisation_en,
        CASE
            WHEN received >= 5 THEN received
            ELSE NULL::integer
        END AS received,
        CASE
            WHEN received >= 5 AND (escalated < 1 OR escalated > 4) THEN escalated
            ELSE NULL::integer
        END AS escalated,
        CASE
            WHEN received >= 5 AND (put_right < 1 OR put_right > 4) THEN put_right
            ELSE NULL::integer
        END AS put_right,
        CASE
            WHEN received >= 5 AND (not_put_right < 1 OR not_put_right > 4) THEN not_put_right
            ELSE NULL::integer
        END AS not_put_right,
        CASE
            WHEN received >= 5 AND (still_open < 1 OR still_open > 4) THEN still_open
            ELSE NULL::integer
        END AS still_open,
        CASE
            WHEN received >= 5 AND (rated < 1 OR rated > 4) THEN rated
            ELSE NULL::integer
        END AS rated,
        CASE
            WHEN rated >= 5 AND (satisfied < 1 OR satisfied > 4) THEN satisfied
            ELSE NULL::integer
        END AS satisfied
   FROM ( SELECT to_char((cases.received_at AT TIME ZONE 'Asia/Muscat'::text), 'YYYY-MM'::text) AS month,
            cases.organisation_id,
            voices.kind,
            COALESCE(voices.governorate, 'unknown'::text) AS governorate,
            organisations.name_ar AS organisation_ar,
            organisations.name_en AS organisation_en,
            count(*)::integer AS received,
            count(*) FILTER (WHERE cases.level > 1)::integer AS escalated,
            count(*) FILTER (WHERE voices.outcome = 'resolved'::text)::integer AS put_right,
            count(*) FILTER (WHERE voices.outcome = ANY (ARRAY['answered_not_done'::text, 'not_ours'::text]))::integer AS not_put_right,
            count(*) FILTER (WHERE cases.closed_at IS NULL)::integer AS still_open,
            count(ratings.points)::integer AS rated,
            count(*) FILTER (WHERE ratings.points >= 4)::integer AS satisfied
           FROM participation.voices
             JOIN participation.cases ON cases.case_id = voices.voice_id
             JOIN innovation.organisations USING (organisation_id)
             LEFT JOIN participation.case_ratings ratings USING (case_id)
          WHERE voices.state <> 'refused'::text
          GROUP BY (to_char((cases.received_at AT TIME ZONE 'Asia/Muscat'::text), 'YYYY-MM'::text)), cases.organisation_id, voices.kind, (COALESCE(voices.governorate, 'unknown'::text)), organisations.name_ar, organisations.name_en) counted;
GRANT SELECT ON open_participation.voice_figures TO falaj_read;
