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
    kiosk_id uuid,
    mail_id text,
    once_digest bytea,
    CONSTRAINT cases_pkey PRIMARY KEY (case_id),
    CONSTRAINT cases_mail_id_key UNIQUE (mail_id),
    CONSTRAINT cases_once_digest_key UNIQUE (once_digest),
    CONSTRAINT cases_check CHECK (main_id <> case_id),
    CONSTRAINT cases_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT cases_level_check CHECK (level >= 1 AND level <= 3),
    CONSTRAINT cases_once_digest_check CHECK (length(once_digest) = 32),
    CONSTRAINT cases_unit_check CHECK (unit <> ''::text),
    CONSTRAINT cases_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES innovation.people(person_id),
    CONSTRAINT cases_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES participation.kiosks(kiosk_id),
    CONSTRAINT cases_main_id_fkey FOREIGN KEY (main_id) REFERENCES participation.cases(case_id),
    CONSTRAINT cases_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX cases_handler ON participation.cases USING btree (handler_id) WHERE closed_at IS NULL;
CREATE INDEX cases_kiosk ON participation.cases USING btree (kiosk_id) WHERE kiosk_id IS NOT NULL;
CREATE INDEX cases_main ON participation.cases USING btree (main_id) WHERE main_id IS NOT NULL;
CREATE INDEX cases_organisation ON participation.cases USING btree (organisation_id, received_at DESC, case_id DESC);
CREATE INDEX cases_unit ON participation.cases USING btree (organisation_id, unit) WHERE unit IS NOT NULL;
CREATE TRIGGER move_voice AFTER UPDATE OF organisation_id ON participation.cases FOR EACH ROW WHEN (old.organisation_id <> new.organisation_id) EXECUTE FUNCTION participation.move_voice();
CREATE TRIGGER note_month AFTER INSERT OR UPDATE OF organisation_id ON participation.cases FOR EACH ROW EXECUTE FUNCTION participation.note_month();
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
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.case_files TO falaj_portal;

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
GRANT SELECT ON open_participation.decisions TO falaj_portal;
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
GRANT SELECT ON open_participation.decisions_version TO falaj_portal;
GRANT SELECT ON open_participation.decisions_version TO falaj_read;

-- citycore/store/migrations/versions/b003/participation/follow_ups.sql

CREATE TABLE participation.follow_ups (
    object_id uuid NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    code_digest bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    key_id text,
    CONSTRAINT follow_ups_pkey PRIMARY KEY (object_id),
    CONSTRAINT follow_ups_number_key UNIQUE (number),
    CONSTRAINT follow_ups_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT follow_ups_key_id_check CHECK (key_id ~ '^[0-9a-f]{8}$'::text),
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
 SELECT 'survey'::text AS kind,
    surveys.survey_id AS object_id,
    ((surveys.promised_on + 1)::timestamp without time zone AT TIME ZONE 'Asia/Muscat'::text) AS due_at
   FROM participation.surveys
  WHERE surveys.state = ANY (ARRAY['published'::text, 'decided'::text])
UNION ALL
 SELECT 'session'::text AS kind,
    dialogue_sessions.session_id AS object_id,
    COALESCE(( SELECT min(due.instant) AS min
           FROM participation.decision_grounds own
             JOIN participation.decisions USING (decision_id)
             JOIN innovation.deadlines due ON due.object_id = own.decision_id AND due.name = 'answer_due'::text
          WHERE own.kind = 'session'::text AND own.object_id = dialogue_sessions.session_id AND decisions.state <> 'withdrawn'::text), dialogue_sessions.published_at) AS due_at
   FROM participation.dialogue_sessions
  WHERE dialogue_sessions.state = 'published'::text AND dialogue_sessions.none_because_ar = ''::text;
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
GRANT SELECT ON open_participation.releases TO falaj_portal;
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
GRANT SELECT ON open_participation.figures TO falaj_portal;
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
    counted_in date,
    wilayat_code text,
    organisation_id uuid,
    received_at timestamp with time zone,
    search_text text GENERATED ALWAYS AS (normalise_text((subject || ' '::text) || body)) STORED,
    CONSTRAINT voices_pkey PRIMARY KEY (voice_id),
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
CREATE INDEX voices_in_state ON participation.voices USING btree (state, received_at, voice_id);
CREATE INDEX voices_near ON participation.voices USING btree (latitude, longitude) WHERE latitude IS NOT NULL;
CREATE INDEX voices_of_organisation ON participation.voices USING btree (organisation_id, received_at, voice_id);
CREATE INDEX voices_of_organisation_by_topic ON participation.voices USING btree (organisation_id, topic, received_at);
CREATE INDEX voices_of_organisation_in_state ON participation.voices USING btree (organisation_id, state, received_at, voice_id);
CREATE INDEX voices_public_places ON participation.voices USING btree (topic, governorate, voice_id) WHERE is_public_place;
CREATE INDEX voices_public_received ON participation.voices USING btree (received_at) WHERE is_public_place;
CREATE INDEX voices_received ON participation.voices USING btree (received_at, voice_id);
CREATE INDEX voices_search ON participation.voices USING gin (search_text gin_trgm_ops);
CREATE INDEX voices_state ON participation.voices USING btree (state, voice_id);
CREATE TRIGGER place_voice BEFORE INSERT ON participation.voices FOR EACH ROW EXECUTE FUNCTION participation.place_voice();
GRANT INSERT, SELECT, UPDATE ON participation.voices TO falaj_portal;

CREATE VIEW open_participation.voice_figures WITH (security_barrier=true) AS
 SELECT to_char(counts.month::timestamp with time zone, 'YYYY-MM'::text) AS month,
    counts.organisation_id,
    split_part(counts.row_code, '.'::text, 1) AS kind,
    split_part(counts.row_code, '.'::text, 2) AS governorate,
    organisations.name_ar AS organisation_ar,
    organisations.name_en AS organisation_en,
    months.release_id,
    counts.cells[cardinality(counts.cells)] AS received,
        CASE
            WHEN cardinality(counts.cells) > 1 THEN counts.cells[1]
            ELSE NULL::integer
        END AS put_right,
        CASE
            WHEN cardinality(counts.cells) > 1 THEN counts.cells[2]
            ELSE NULL::integer
        END AS not_put_right,
        CASE
            WHEN cardinality(counts.cells) > 1 THEN counts.cells[3]
            ELSE NULL::integer
        END AS still_open
   FROM participation.case_counts counts
     JOIN participation.case_months months USING (organisation_id, month, kind)
     JOIN innovation.organisations USING (organisation_id)
  WHERE counts.kind = 'voice'::text;
GRANT SELECT ON open_participation.voice_figures TO falaj_portal;
GRANT SELECT ON open_participation.voice_figures TO falaj_read;

-- citycore/store/migrations/versions/b004/participation/admission.sql

CREATE TABLE participation.rolls (
    object_id uuid NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    title_ar text,
    title_en text,
    admits text NOT NULL,
    is_unlinked boolean NOT NULL,
    seats integer,
    offers_max integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone,
    ends_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT rolls_pkey PRIMARY KEY (object_id),
    CONSTRAINT rolls_admits_check CHECK (admits = ANY (ARRAY['all'::text, 'token'::text])),
    CONSTRAINT rolls_check CHECK (seats IS NULL OR ends_at IS NOT NULL),
    CONSTRAINT rolls_check1 CHECK (COALESCE(title_ar, title_en) IS NOT NULL),
    CONSTRAINT rolls_kind_check CHECK (kind ~ '^[a-z][a-z_]{0,62}$'::text),
    CONSTRAINT rolls_offers_max_check CHECK (offers_max > 0),
    CONSTRAINT rolls_seats_check CHECK (seats >= 0)
);
GRANT INSERT, SELECT, UPDATE ON participation.rolls TO falaj_portal;

CREATE TABLE participation.roll_tokens (
    object_id uuid NOT NULL,
    digest bytea NOT NULL,
    channel text NOT NULL,
    is_used boolean NOT NULL DEFAULT false,
    key_id text,
    CONSTRAINT roll_tokens_pkey PRIMARY KEY (object_id, digest),
    CONSTRAINT roll_tokens_channel_check CHECK (channel ~ '^[a-z][a-z_]{0,62}$'::text),
    CONSTRAINT roll_tokens_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT roll_tokens_key_id_check CHECK (key_id ~ '^[0-9a-f]{8}$'::text)
);
GRANT INSERT, SELECT, UPDATE (is_used) ON participation.roll_tokens TO falaj_portal;

CREATE TABLE participation.kiosks (
    kiosk_id uuid NOT NULL,
    object_id uuid NOT NULL,
    name text NOT NULL,
    governorate text NOT NULL,
    digest bytea NOT NULL,
    is_paired boolean NOT NULL DEFAULT false,
    is_revoked boolean NOT NULL DEFAULT false,
    key_id text,
    CONSTRAINT kiosks_pkey PRIMARY KEY (kiosk_id),
    CONSTRAINT kiosks_digest_key UNIQUE (digest),
    CONSTRAINT kiosks_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT kiosks_key_id_check CHECK (key_id ~ '^[0-9a-f]{8}$'::text),
    CONSTRAINT kiosks_name_check CHECK (name <> ''::text),
    CONSTRAINT kiosks_object_id_fkey FOREIGN KEY (object_id) REFERENCES participation.rolls(object_id)
);
CREATE INDEX kiosks_roll ON participation.kiosks USING btree (object_id, name, kiosk_id);
GRANT INSERT, SELECT, UPDATE (is_paired, is_revoked) ON participation.kiosks TO falaj_portal;

CREATE TABLE participation.seats (
    seat_id uuid NOT NULL,
    object_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    place integer,
    offers integer NOT NULL DEFAULT 0,
    person_id uuid,
    name text NOT NULL,
    email text NOT NULL DEFAULT ''::text,
    email_key text,
    language text NOT NULL,
    governorate text,
    CONSTRAINT seats_pkey PRIMARY KEY (seat_id),
    CONSTRAINT seats_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT seats_object_id_fkey FOREIGN KEY (object_id) REFERENCES participation.rolls(object_id),
    CONSTRAINT seats_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE UNIQUE INDEX seats_one_email ON participation.seats USING btree (object_id, email_key) WHERE state <> 'gone'::text;
CREATE UNIQUE INDEX seats_one_person ON participation.seats USING btree (object_id, person_id) WHERE state <> 'gone'::text;
CREATE INDEX seats_person ON participation.seats USING btree (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX seats_roll ON participation.seats USING btree (object_id, state, place);
GRANT INSERT, SELECT, UPDATE ON participation.seats TO falaj_portal;

-- citycore/store/migrations/versions/b004/participation/dialogue.sql

CREATE TABLE participation.dialogue_sessions (
    session_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    drafted_by uuid,
    decider_id uuid NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    question_ar text NOT NULL,
    question_en text NOT NULL,
    governorate text,
    place_ar text NOT NULL,
    place_en text NOT NULL,
    online_link text NOT NULL,
    seats integer NOT NULL,
    agenda jsonb NOT NULL,
    recording_link text NOT NULL DEFAULT ''::text,
    summary_ar text NOT NULL DEFAULT ''::text,
    summary_en text NOT NULL DEFAULT ''::text,
    none_because_ar text NOT NULL DEFAULT ''::text,
    none_because_en text NOT NULL DEFAULT ''::text,
    announced_at timestamp with time zone,
    held_at timestamp with time zone,
    published_at timestamp with time zone,
    search_text text GENERATED ALWAYS AS (normalise_text((title_ar || ' '::text) || title_en)) STORED,
    begins_at timestamp with time zone,
    CONSTRAINT dialogue_sessions_pkey PRIMARY KEY (session_id),
    CONSTRAINT dialogue_sessions_check CHECK (state <> 'published'::text OR summary_ar <> ''::text AND summary_en <> ''::text AND published_at IS NOT NULL),
    CONSTRAINT dialogue_sessions_seats_check CHECK (seats > 0),
    CONSTRAINT dialogue_sessions_decider_id_fkey FOREIGN KEY (decider_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT dialogue_sessions_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX dialogue_sessions_begins ON participation.dialogue_sessions USING btree (COALESCE(begins_at, '9000-01-01 00:00:00+00'::timestamp with time zone), session_id);
CREATE INDEX dialogue_sessions_begun ON participation.dialogue_sessions USING btree (created_at, session_id);
CREATE INDEX dialogue_sessions_counted ON participation.dialogue_sessions USING btree (state, session_id, decider_id, announced_at);
CREATE INDEX dialogue_sessions_drafted ON participation.dialogue_sessions USING btree (drafted_by);
CREATE INDEX dialogue_sessions_newest ON participation.dialogue_sessions USING btree (created_at DESC, session_id DESC);
CREATE INDEX dialogue_sessions_search ON participation.dialogue_sessions USING gin (search_text gin_trgm_ops);
CREATE INDEX dialogue_sessions_state ON participation.dialogue_sessions USING btree (state, session_id);
GRANT INSERT, SELECT, UPDATE ON participation.dialogue_sessions TO falaj_portal;

CREATE TABLE participation.summary_amendments (
    amendment_id uuid NOT NULL,
    session_id uuid NOT NULL,
    seat_id uuid,
    proposed text NOT NULL,
    reason text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    is_taken boolean,
    answer text,
    settled_at timestamp with time zone,
    CONSTRAINT summary_amendments_pkey PRIMARY KEY (amendment_id),
    CONSTRAINT summary_amendments_check CHECK ((is_taken IS NULL) = (answer IS NULL) AND (is_taken IS NULL) = (settled_at IS NULL) AND answer <> ''::text),
    CONSTRAINT summary_amendments_proposed_check CHECK (proposed <> ''::text),
    CONSTRAINT summary_amendments_reason_check CHECK (reason <> ''::text),
    CONSTRAINT summary_amendments_session_id_fkey FOREIGN KEY (session_id) REFERENCES participation.dialogue_sessions(session_id)
);
CREATE INDEX summary_amendments_of ON participation.summary_amendments USING btree (session_id, proposed_at, amendment_id);
GRANT INSERT, SELECT, UPDATE ON participation.summary_amendments TO falaj_portal;

CREATE TABLE participation.recommendations (
    recommendation_id uuid NOT NULL,
    session_id uuid NOT NULL,
    drafted_by uuid,
    agreed_by uuid,
    created_at timestamp with time zone NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    text_ar text NOT NULL,
    text_en text NOT NULL,
    passage_ar text NOT NULL,
    passage_en text NOT NULL,
    ideas uuid[] NOT NULL,
    decision_id uuid,
    CONSTRAINT recommendations_pkey PRIMARY KEY (recommendation_id),
    CONSTRAINT recommendations_decision_id_key UNIQUE (decision_id),
    CONSTRAINT recommendations_check CHECK (agreed_by <> drafted_by),
    CONSTRAINT recommendations_agreed_by_fkey FOREIGN KEY (agreed_by) REFERENCES innovation.people(person_id),
    CONSTRAINT recommendations_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES participation.decisions(decision_id),
    CONSTRAINT recommendations_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES innovation.people(person_id),
    CONSTRAINT recommendations_session_id_fkey FOREIGN KEY (session_id) REFERENCES participation.dialogue_sessions(session_id)
);
CREATE INDEX recommendations_agreed ON participation.recommendations USING btree (agreed_by);
CREATE INDEX recommendations_drafted ON participation.recommendations USING btree (drafted_by);
CREATE INDEX recommendations_of ON participation.recommendations USING btree (session_id, created_at, recommendation_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.recommendations TO falaj_portal;

CREATE TABLE participation.ideas (
    idea_id uuid NOT NULL,
    session_id uuid,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    admitted_at timestamp with time zone,
    author_id uuid,
    email text NOT NULL,
    byline text NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    governorate text,
    body_digest bytea NOT NULL,
    main_id uuid,
    once_digest bytea,
    search_text text GENERATED ALWAYS AS (normalise_text(title)) STORED,
    CONSTRAINT ideas_pkey PRIMARY KEY (idea_id),
    CONSTRAINT ideas_once_digest_key UNIQUE (once_digest),
    CONSTRAINT ideas_body_check CHECK (body <> ''::text),
    CONSTRAINT ideas_body_digest_check CHECK (octet_length(body_digest) = 32),
    CONSTRAINT ideas_check CHECK (main_id <> idea_id),
    CONSTRAINT ideas_check1 CHECK (state <> 'merged'::text OR main_id IS NOT NULL),
    CONSTRAINT ideas_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT ideas_once_digest_check CHECK (length(once_digest) = 32),
    CONSTRAINT ideas_title_check CHECK (title <> ''::text),
    CONSTRAINT ideas_author_id_fkey FOREIGN KEY (author_id) REFERENCES innovation.people(person_id),
    CONSTRAINT ideas_main_id_fkey FOREIGN KEY (main_id) REFERENCES participation.ideas(idea_id),
    CONSTRAINT ideas_session_id_fkey FOREIGN KEY (session_id) REFERENCES participation.dialogue_sessions(session_id)
);
CREATE INDEX ideas_author ON participation.ideas USING btree (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX ideas_begun ON participation.ideas USING btree (created_at, idea_id);
CREATE INDEX ideas_digest ON participation.ideas USING btree (body_digest);
CREATE INDEX ideas_main ON participation.ideas USING btree (main_id) WHERE main_id IS NOT NULL;
CREATE INDEX ideas_newest ON participation.ideas USING btree (admitted_at DESC, idea_id DESC) WHERE admitted_at IS NOT NULL;
CREATE INDEX ideas_search ON participation.ideas USING gin (search_text gin_trgm_ops);
CREATE INDEX ideas_session ON participation.ideas USING btree (session_id, admitted_at DESC);
CREATE INDEX ideas_since ON participation.ideas USING btree (state_changed_at, idea_id);
CREATE INDEX ideas_state ON participation.ideas USING btree (state, idea_id);
GRANT INSERT, SELECT, UPDATE ON participation.ideas TO falaj_portal;

CREATE TABLE participation.idea_moderations (
    moderation_id uuid NOT NULL,
    object_id uuid NOT NULL,
    moderator_id uuid,
    step text NOT NULL,
    rule text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT idea_moderations_pkey PRIMARY KEY (moderation_id),
    CONSTRAINT idea_moderations_step_check CHECK (step = ANY (ARRAY['hold'::text, 'uphold'::text, 'overturn'::text])),
    CONSTRAINT idea_moderations_moderator_id_fkey FOREIGN KEY (moderator_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX idea_moderations_moderator ON participation.idea_moderations USING btree (moderator_id);
CREATE INDEX idea_moderations_of ON participation.idea_moderations USING btree (object_id, decided_at);
GRANT INSERT, SELECT, UPDATE ON participation.idea_moderations TO falaj_portal;

CREATE TABLE participation.idea_supports (
    support_id uuid NOT NULL,
    object_id uuid NOT NULL,
    person_id uuid,
    browser uuid,
    supported_at timestamp with time zone NOT NULL,
    CONSTRAINT idea_supports_pkey PRIMARY KEY (support_id),
    CONSTRAINT idea_supports_idea_id_browser_key UNIQUE (object_id, browser),
    CONSTRAINT idea_supports_idea_id_person_id_key UNIQUE (object_id, person_id),
    CONSTRAINT idea_supports_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX idea_supports_person ON participation.idea_supports USING btree (person_id) WHERE person_id IS NOT NULL;
GRANT INSERT, SELECT, UPDATE ON participation.idea_supports TO falaj_portal;

CREATE TABLE participation.statements (
    statement_id uuid NOT NULL,
    object_id uuid NOT NULL,
    number integer NOT NULL,
    source_id uuid,
    text_ar text NOT NULL,
    text_en text NOT NULL,
    CONSTRAINT statements_pkey PRIMARY KEY (statement_id),
    CONSTRAINT statements_object_id_number_key UNIQUE (object_id, number),
    CONSTRAINT statements_text_ar_check CHECK (text_ar <> ''::text),
    CONSTRAINT statements_text_en_check CHECK (text_en <> ''::text)
);
GRANT DELETE, INSERT, SELECT ON participation.statements TO falaj_portal;

CREATE TABLE participation.votings (
    object_id uuid NOT NULL,
    seed integer NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    release_id uuid,
    CONSTRAINT votings_pkey PRIMARY KEY (object_id),
    CONSTRAINT votings_check CHECK (closes_at > opens_at)
);
GRANT INSERT, SELECT, UPDATE ON participation.votings TO falaj_portal;

CREATE TABLE participation.statement_votes (
    statement_id uuid NOT NULL,
    voter uuid NOT NULL,
    vote smallint NOT NULL,
    CONSTRAINT statement_votes_pkey PRIMARY KEY (statement_id, voter),
    CONSTRAINT statement_votes_vote_check CHECK (vote >= '-1'::integer AND vote <= 1),
    CONSTRAINT statement_votes_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES participation.statements(statement_id)
);
GRANT INSERT, SELECT, UPDATE ON participation.statement_votes TO falaj_portal;

CREATE VIEW open_participation.sessions WITH (security_barrier=true) AS
 SELECT dialogue_sessions.session_id,
    dialogue_sessions.state,
    dialogue_sessions.state_changed_at,
    dialogue_sessions.version,
    dialogue_sessions.title_ar,
    dialogue_sessions.title_en,
    dialogue_sessions.question_ar,
    dialogue_sessions.question_en,
    dialogue_sessions.decider_id,
    decider.name_ar AS decider_name_ar,
    decider.name_en AS decider_name_en,
    dialogue_sessions.governorate,
    dialogue_sessions.place_ar,
    dialogue_sessions.place_en,
    dialogue_sessions.seats,
    dialogue_sessions.agenda,
    begins.instant AS begins_at,
    ends.instant AS ends_at,
    summary_due.instant AS summary_due_at,
    NULLIF(dialogue_sessions.recording_link, ''::text) AS recording_link,
    is_told.summary AS is_summary_open,
        CASE
            WHEN is_told.summary THEN dialogue_sessions.summary_ar
            ELSE NULL::text
        END AS summary_ar,
        CASE
            WHEN is_told.summary THEN dialogue_sessions.summary_en
            ELSE NULL::text
        END AS summary_en,
        CASE
            WHEN dialogue_sessions.published_at IS NOT NULL THEN NULLIF(dialogue_sessions.none_because_ar, ''::text)
            ELSE NULL::text
        END AS none_because_ar,
        CASE
            WHEN dialogue_sessions.published_at IS NOT NULL THEN NULLIF(dialogue_sessions.none_because_en, ''::text)
            ELSE NULL::text
        END AS none_because_en,
    dialogue_sessions.published_at,
    ( SELECT count(*)::integer AS count
           FROM participation.summary_amendments own
          WHERE own.session_id = dialogue_sessions.session_id) AS amendments,
    ( SELECT count(*)::integer AS count
           FROM participation.summary_amendments own
          WHERE own.session_id = dialogue_sessions.session_id AND own.is_taken) AS amendments_taken,
    ARRAY( SELECT own.decision_id
           FROM participation.recommendations own
          WHERE own.session_id = dialogue_sessions.session_id AND own.decision_id IS NOT NULL
          ORDER BY own.created_at, own.decision_id) AS decisions
   FROM participation.dialogue_sessions
     JOIN innovation.organisations decider ON decider.organisation_id = dialogue_sessions.decider_id
     CROSS JOIN LATERAL ( SELECT dialogue_sessions.state = ANY (ARRAY['summary_open'::text, 'published'::text]) AS summary) is_told
     LEFT JOIN innovation.deadlines begins ON begins.object_id = dialogue_sessions.session_id AND begins.name = 'begins'::text
     LEFT JOIN innovation.deadlines ends ON ends.object_id = dialogue_sessions.session_id AND ends.name = 'ends'::text
     LEFT JOIN innovation.deadlines summary_due ON summary_due.object_id = dialogue_sessions.session_id AND summary_due.name = 'summary_due'::text
  WHERE dialogue_sessions.announced_at IS NOT NULL;
GRANT SELECT ON open_participation.sessions TO falaj_portal;
GRANT SELECT ON open_participation.sessions TO falaj_read;

CREATE VIEW open_participation.ideas WITH (security_barrier=true) AS
 SELECT idea_id,
    session_id,
    state,
    state_reason,
    state_changed_at,
    version,
    title,
    body,
    language,
    NULLIF(byline, ''::text) AS byline,
    governorate,
    admitted_at,
    main_id,
    ( SELECT count(*)::integer AS count
           FROM participation.idea_supports own
          WHERE own.object_id = ideas.idea_id AND own.browser IS NULL) AS supports_accounts,
    ( SELECT count(*)::integer AS count
           FROM participation.idea_supports own
          WHERE own.object_id = ideas.idea_id AND own.browser IS NOT NULL) AS supports_browsers
   FROM participation.ideas
  WHERE admitted_at IS NOT NULL AND (state = ANY (ARRAY['open'::text, 'merged'::text, 'answered'::text, 'closed'::text])) AND state_reason IS DISTINCT FROM 'withdrawn'::text;
GRANT SELECT ON open_participation.ideas TO falaj_portal;
GRANT SELECT ON open_participation.ideas TO falaj_read;

CREATE VIEW open_participation.moderation WITH (security_barrier=true) AS
 SELECT (decided_at AT TIME ZONE 'Asia/Muscat'::text)::date AS decided_on,
    rule,
    step,
    count(*)::integer AS number
   FROM participation.idea_moderations
  GROUP BY ((decided_at AT TIME ZONE 'Asia/Muscat'::text)::date), rule, step;
GRANT SELECT ON open_participation.moderation TO falaj_portal;
GRANT SELECT ON open_participation.moderation TO falaj_read;

-- citycore/store/migrations/versions/b004/participation/forms.sql

CREATE TABLE participation.earlier_form_drafts (
    form_id uuid NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT earlier_form_drafts_pkey PRIMARY KEY (form_id, version),
    CONSTRAINT earlier_form_drafts_form_id_fkey FOREIGN KEY (form_id) REFERENCES participation.form_drafts(form_id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT ON participation.earlier_form_drafts TO falaj_portal;

-- citycore/store/migrations/versions/b004/participation/surveys.sql

CREATE TABLE participation.surveys (
    survey_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    agency_id uuid NOT NULL,
    decider_id uuid NOT NULL,
    drafted_by uuid,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    purpose_ar text NOT NULL,
    purpose_en text NOT NULL,
    promised_on date NOT NULL,
    sampling text NOT NULL,
    channels text[] NOT NULL,
    service_ar text NOT NULL DEFAULT ''::text,
    service_en text NOT NULL DEFAULT ''::text,
    follows_id uuid,
    form_version integer,
    form_digest bytea,
    figures text,
    alike jsonb,
    release_id uuid,
    decision_id uuid,
    weights jsonb,
    written jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT surveys_pkey PRIMARY KEY (survey_id),
    CONSTRAINT surveys_follows_id_key UNIQUE (follows_id),
    CONSTRAINT surveys_channels_check CHECK (cardinality(channels) > 0),
    CONSTRAINT surveys_check CHECK ((form_version IS NULL) = (form_digest IS NULL)),
    CONSTRAINT surveys_check1 CHECK ((service_ar = ''::text) = (service_en = ''::text)),
    CONSTRAINT surveys_check2 CHECK ((state = ANY (ARRAY['draft'::text, 'in_review'::text, 'withdrawn'::text])) OR form_version IS NOT NULL),
    CONSTRAINT surveys_check3 CHECK (figures IS NULL OR (state = ANY (ARRAY['closed'::text, 'counted'::text, 'published'::text, 'decided'::text]))),
    CONSTRAINT surveys_check4 CHECK ((state <> ALL (ARRAY['published'::text, 'decided'::text])) OR release_id IS NOT NULL AND decision_id IS NOT NULL),
    CONSTRAINT surveys_form_digest_check CHECK (octet_length(form_digest) = 32),
    CONSTRAINT surveys_purpose_ar_check CHECK (purpose_ar <> ''::text),
    CONSTRAINT surveys_purpose_en_check CHECK (purpose_en <> ''::text),
    CONSTRAINT surveys_sampling_check CHECK (sampling = ANY (ARRAY['roll'::text, 'self_selected'::text])),
    CONSTRAINT surveys_title_ar_check CHECK (title_ar <> ''::text),
    CONSTRAINT surveys_title_en_check CHECK (title_en <> ''::text),
    CONSTRAINT surveys_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT surveys_decider_id_fkey FOREIGN KEY (decider_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT surveys_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES participation.decisions(decision_id),
    CONSTRAINT surveys_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES innovation.people(person_id),
    CONSTRAINT surveys_follows_id_fkey FOREIGN KEY (follows_id) REFERENCES participation.surveys(survey_id),
    CONSTRAINT surveys_release_id_fkey FOREIGN KEY (release_id) REFERENCES participation.releases(release_id),
    CONSTRAINT surveys_survey_id_form_version_fkey FOREIGN KEY (survey_id, form_version) REFERENCES participation.forms(form_id, version)
);
CREATE INDEX surveys_agency ON participation.surveys USING btree (agency_id, created_at DESC, survey_id DESC);
CREATE INDEX surveys_counted ON participation.surveys USING btree (state, agency_id);
CREATE INDEX surveys_drafted ON participation.surveys USING btree (drafted_by);
CREATE INDEX surveys_newest ON participation.surveys USING btree (created_at DESC, survey_id DESC);
CREATE INDEX surveys_since ON participation.surveys USING btree (state_changed_at, survey_id);
CREATE INDEX surveys_state ON participation.surveys USING btree (state, survey_id);
GRANT INSERT, SELECT, UPDATE ON participation.surveys TO falaj_portal;

CREATE VIEW open_participation.surveys WITH (security_barrier=true) AS
 SELECT surveys.survey_id,
        CASE surveys.state
            WHEN 'counted'::text THEN 'closed'::text
            ELSE surveys.state
        END AS state,
        CASE
            WHEN surveys.state <> 'counted'::text THEN surveys.state_changed_at
            ELSE closes.instant
        END AS state_changed_at,
    surveys.title_ar,
    surveys.title_en,
    surveys.purpose_ar,
    surveys.purpose_en,
    NULLIF(surveys.service_ar, ''::text) AS service_ar,
    NULLIF(surveys.service_en, ''::text) AS service_en,
    surveys.agency_id,
    agency.name_ar AS agency_name_ar,
    agency.name_en AS agency_name_en,
    surveys.decider_id,
    decider.name_ar AS decider_name_ar,
    decider.name_en AS decider_name_en,
    surveys.promised_on,
    surveys.sampling,
    surveys.channels,
    surveys.follows_id,
    encode(surveys.form_digest, 'hex'::text) AS form_sha256,
    opens.instant AS opens_at,
    closes.instant AS closes_at,
    surveys.release_id,
    surveys.decision_id,
        CASE
            WHEN surveys.state = ANY (ARRAY['published'::text, 'decided'::text]) THEN surveys.alike
            ELSE NULL::jsonb
        END AS alike
   FROM participation.surveys
     JOIN innovation.organisations agency ON agency.organisation_id = surveys.agency_id
     JOIN innovation.organisations decider ON decider.organisation_id = surveys.decider_id
     LEFT JOIN innovation.deadlines opens ON opens.object_id = surveys.survey_id AND opens.name = 'opens'::text
     LEFT JOIN innovation.deadlines closes ON closes.object_id = surveys.survey_id AND closes.name = 'closes'::text
  WHERE surveys.state = ANY (ARRAY['scheduled'::text, 'open'::text, 'closed'::text, 'counted'::text, 'published'::text, 'decided'::text]);
GRANT SELECT ON open_participation.surveys TO falaj_portal;
GRANT SELECT ON open_participation.surveys TO falaj_read;

-- citycore/store/migrations/versions/b004/participation/unlinked_answers.sql

CREATE TABLE participation.boxes (
    object_id uuid NOT NULL,
    answers_max integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    mixed_at timestamp with time zone,
    CONSTRAINT boxes_pkey PRIMARY KEY (object_id),
    CONSTRAINT boxes_answers_max_check CHECK (answers_max > 0),
    CONSTRAINT boxes_check CHECK (mixed_at IS NULL OR closed_at IS NOT NULL)
);
GRANT INSERT, SELECT, UPDATE (closed_at) ON participation.boxes TO falaj_portal;

CREATE TABLE participation.open_answers (
    once uuid NOT NULL,
    object_id uuid NOT NULL,
    version integer NOT NULL,
    channel text NOT NULL,
    language text NOT NULL,
    document jsonb NOT NULL,
    kiosk_id uuid,
    kiosk_hour timestamp with time zone,
    CONSTRAINT open_answers_pkey PRIMARY KEY (once),
    CONSTRAINT open_answers_channel_check CHECK (channel ~ '^[a-z][a-z_]{0,62}$'::text),
    CONSTRAINT open_answers_check CHECK ((kiosk_id IS NULL) = (kiosk_hour IS NULL)),
    CONSTRAINT open_answers_kiosk_hour_check CHECK (kiosk_hour = date_trunc('hour'::text, kiosk_hour, 'UTC'::text)),
    CONSTRAINT open_answers_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT open_answers_version_check CHECK (version > 0)
);
CREATE INDEX open_answers_box ON participation.open_answers USING btree (object_id);
GRANT INSERT ON participation.open_answers TO falaj_portal;

CREATE TABLE participation.unlinked_answers (
    answer_id uuid NOT NULL,
    object_id uuid NOT NULL,
    version integer NOT NULL,
    channel text NOT NULL,
    language text NOT NULL,
    document jsonb NOT NULL,
    is_apart boolean NOT NULL,
    CONSTRAINT unlinked_answers_pkey PRIMARY KEY (answer_id)
);
CREATE INDEX unlinked_answers_box ON participation.unlinked_answers USING btree (object_id, answer_id);
GRANT SELECT ON participation.unlinked_answers TO falaj_portal;

CREATE OR REPLACE FUNCTION participation.is_box_full(asked uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM participation.open_answers WHERE object_id = asked
        OFFSET (SELECT answers_max - 1 FROM participation.boxes WHERE object_id = asked))
$function$;
GRANT EXECUTE ON FUNCTION participation.is_box_full(uuid) TO falaj_portal;

CREATE OR REPLACE FUNCTION participation.kiosk_hours(asked uuid)
 RETURNS TABLE(kiosk_id uuid, kiosk_hour timestamp with time zone, answers integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT kiosk_id, kiosk_hour, count(*)::integer
    FROM participation.open_answers JOIN participation.boxes USING (object_id)
    WHERE object_id = asked AND closed_at IS NOT NULL AND kiosk_id IS NOT NULL
    GROUP BY kiosk_id, kiosk_hour ORDER BY kiosk_id, kiosk_hour
$function$;
GRANT EXECUTE ON FUNCTION participation.kiosk_hours(uuid) TO falaj_portal;

CREATE OR REPLACE FUNCTION participation.mix_box(mixed uuid, at timestamp with time zone, apart_kiosks uuid[], apart_hours timestamp with time zone[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET work_mem TO '64MB'
AS $function$
DECLARE
    written integer;
BEGIN
    LOCK TABLE participation.roll_tokens IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE participation.open_answers IN ACCESS EXCLUSIVE MODE;
    UPDATE participation.boxes SET mixed_at = at
    WHERE object_id = mixed AND closed_at IS NOT NULL AND mixed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'box % is open, or mixed already', mixed USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    INSERT INTO participation.unlinked_answers
    SELECT gen_random_uuid() AS answer_id, object_id, version, channel, language, document,
           coalesce((kiosk_id, kiosk_hour) IN (SELECT * FROM unnest(apart_kiosks, apart_hours)), false)
    FROM participation.open_answers WHERE object_id = mixed
    ORDER BY answer_id;
    GET DIAGNOSTICS written = ROW_COUNT;

    CREATE TEMPORARY TABLE kept_answers ON COMMIT DROP AS
    SELECT * FROM participation.open_answers WHERE object_id <> mixed;
    CREATE TEMPORARY TABLE kept_tokens ON COMMIT DROP AS
    SELECT * FROM participation.roll_tokens;
    TRUNCATE participation.open_answers, participation.roll_tokens;
    INSERT INTO participation.open_answers SELECT * FROM pg_temp.kept_answers ORDER BY once;
    INSERT INTO participation.roll_tokens SELECT * FROM pg_temp.kept_tokens ORDER BY object_id, digest;
    DROP TABLE pg_temp.kept_answers, pg_temp.kept_tokens;
    RETURN written;
END
$function$;
GRANT EXECUTE ON FUNCTION participation.mix_box(uuid,timestamp with time zone,uuid[],timestamp with time zone[]) TO falaj_portal;

-- citycore/store/migrations/versions/b004/participation/voices.sql

CREATE OR REPLACE FUNCTION participation.place_voice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    SELECT organisation_id, received_at INTO NEW.organisation_id, NEW.received_at
    FROM participation.cases WHERE case_id = NEW.voice_id;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION participation.move_voice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE participation.voices SET organisation_id = NEW.organisation_id WHERE voice_id = NEW.case_id;
    RETURN NULL;
END $function$;

CREATE VIEW open_participation.public_problems WITH (security_barrier=true) AS
 SELECT follow_ups.number,
    voices.topic,
    voices.state,
    voices.outcome,
    voices.organisation_id,
    organisations.name_ar AS organisation_ar,
    organisations.name_en AS organisation_en,
    voices.governorate,
    voices.wilayat_code,
        CASE
            WHEN voices.topic <> 'noise'::text THEN round(voices.longitude::numeric, 4)::double precision
            ELSE NULL::double precision
        END AS longitude,
        CASE
            WHEN voices.topic <> 'noise'::text THEN round(voices.latitude::numeric, 4)::double precision
            ELSE NULL::double precision
        END AS latitude,
    voices.received_at,
    voices.state_changed_at AS changed_at,
    deadlines.instant AS expected_at
   FROM participation.voices
     JOIN participation.follow_ups ON follow_ups.object_id = voices.voice_id
     JOIN innovation.organisations USING (organisation_id)
     LEFT JOIN innovation.deadlines ON deadlines.object_id = voices.voice_id AND deadlines.name = 'answer_due'::text AND deadlines.instant < '9000-01-01 00:00:00+00'::timestamp with time zone AND (voices.state = ANY (ARRAY['acknowledged'::text, 'in_work'::text]))
  WHERE voices.is_public_place AND voices.kind = 'complaint'::text AND voices.state <> 'refused'::text
  ORDER BY voices.received_at DESC, follow_ups.number;
GRANT SELECT ON open_participation.public_problems TO falaj_portal;
GRANT SELECT ON open_participation.public_problems TO falaj_read;

CREATE TABLE participation.decision_reminders (
    decision_id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone NOT NULL,
    CONSTRAINT decision_reminders_pkey PRIMARY KEY (decision_id, due_at),
    CONSTRAINT decision_reminders_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES participation.decisions(decision_id)
);
GRANT INSERT, SELECT ON participation.decision_reminders TO falaj_portal;

-- citycore/store/migrations/versions/b006/participation/dialogue.sql

CREATE TABLE participation.reach (
    reach_id uuid NOT NULL,
    object_id uuid NOT NULL,
    medium text NOT NULL,
    measure text NOT NULL,
    number bigint NOT NULL,
    source text NOT NULL,
    counted_on date NOT NULL,
    entered_by uuid,
    CONSTRAINT reach_pkey PRIMARY KEY (reach_id),
    CONSTRAINT reach_object_id_measure_source_counted_on_key UNIQUE (object_id, measure, source, counted_on),
    CONSTRAINT reach_number_check CHECK (number >= 0),
    CONSTRAINT reach_source_check CHECK (source <> ''::text),
    CONSTRAINT reach_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX reach_entered ON participation.reach USING btree (entered_by) WHERE entered_by IS NOT NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.reach TO falaj_portal;

CREATE TABLE participation.told_themes (
    object_id uuid NOT NULL,
    question text NOT NULL,
    told_at timestamp with time zone NOT NULL,
    notes integer NOT NULL,
    document jsonb NOT NULL,
    CONSTRAINT told_themes_pkey PRIMARY KEY (object_id, question),
    CONSTRAINT told_themes_notes_check CHECK (notes >= 0)
);
GRANT INSERT, SELECT, UPDATE ON participation.told_themes TO falaj_portal;

CREATE VIEW participation.support_counts AS
 SELECT object_id,
    sum(accounts)::integer AS accounts,
    sum(number - accounts)::integer AS browsers,
    max(number)::integer AS in_an_hour
   FROM ( SELECT idea_supports.object_id,
            count(*) AS number,
            count(*) FILTER (WHERE idea_supports.browser IS NULL) AS accounts
           FROM participation.idea_supports
          GROUP BY idea_supports.object_id, (date_trunc('hour'::text, idea_supports.supported_at))) hours
  GROUP BY object_id;
GRANT SELECT ON participation.support_counts TO falaj_portal;

CREATE VIEW open_participation.media_reach WITH (security_barrier=true) AS
 SELECT reach.reach_id,
    told.kind AS subject_kind,
    reach.object_id AS subject_id,
    reach.medium,
    reach.measure,
    reach.number,
    reach.source,
    reach.counted_on
   FROM participation.reach
     JOIN ( SELECT 'session'::text AS kind,
            sessions.session_id AS object_id
           FROM open_participation.sessions
        UNION ALL
         SELECT 'idea'::text,
            ideas.idea_id
           FROM open_participation.ideas) told USING (object_id);
GRANT SELECT ON open_participation.media_reach TO falaj_portal;
GRANT SELECT ON open_participation.media_reach TO falaj_read;

CREATE VIEW open_participation.themes WITH (security_barrier=true) AS
 SELECT told_themes.object_id AS subject_id,
    'session'::text AS subject_kind,
    told_themes.question,
    themes.code AS theme,
    themes.title_ar,
    themes.title_en,
    ((told_themes.document -> 'numbers'::text) ->> themes.code)::integer AS notes,
    told_themes.notes AS all_notes,
    told_themes.told_at
   FROM participation.told_themes
     JOIN participation.themes USING (object_id, question)
     JOIN open_participation.sessions ON sessions.session_id = told_themes.object_id
  WHERE (told_themes.document -> 'numbers'::text) ? themes.code;
GRANT SELECT ON open_participation.themes TO falaj_portal;
GRANT SELECT ON open_participation.themes TO falaj_read;

-- citycore/store/migrations/versions/b006/participation/surveys.sql

CREATE TABLE participation.themes (
    object_id uuid NOT NULL,
    question text NOT NULL,
    code text NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    CONSTRAINT themes_pkey PRIMARY KEY (object_id, question, code),
    CONSTRAINT themes_code_check CHECK (code ~ '^[a-z][a-z0-9_]{0,40}$'::text),
    CONSTRAINT themes_title_ar_check CHECK (title_ar <> ''::text),
    CONSTRAINT themes_title_en_check CHECK (title_en <> ''::text)
);
GRANT INSERT, SELECT ON participation.themes TO falaj_portal;

CREATE TABLE participation.codings (
    object_id uuid NOT NULL,
    question text NOT NULL,
    note_id uuid NOT NULL,
    theme text,
    is_quoted boolean NOT NULL DEFAULT false,
    quote text,
    coded_by uuid,
    CONSTRAINT codings_pkey PRIMARY KEY (object_id, question, note_id),
    CONSTRAINT codings_check CHECK (is_quoted = (quote IS NOT NULL)),
    CONSTRAINT codings_coded_by_fkey FOREIGN KEY (coded_by) REFERENCES innovation.people(person_id),
    CONSTRAINT codings_theme_fkey FOREIGN KEY (object_id, question, theme) REFERENCES participation.themes(object_id, question, code)
);
CREATE INDEX codings_by ON participation.codings USING btree (coded_by);
GRANT INSERT, SELECT, UPDATE ON participation.codings TO falaj_portal;

CREATE TABLE participation.listeners (
    listener_id uuid NOT NULL,
    object_id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    language text NOT NULL,
    CONSTRAINT listeners_pkey PRIMARY KEY (listener_id),
    CONSTRAINT listeners_once UNIQUE (object_id, email_key),
    CONSTRAINT listeners_language_check CHECK (language = ANY (ARRAY['ar'::text, 'en'::text]))
);
CREATE INDEX listeners_email ON participation.listeners USING btree (email_key);
GRANT DELETE, INSERT, SELECT ON participation.listeners TO falaj_portal;

CREATE TABLE participation.counts (
    object_id uuid NOT NULL,
    kind text NOT NULL,
    turn integer NOT NULL DEFAULT 1,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone,
    CONSTRAINT counts_pkey PRIMARY KEY (object_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON participation.counts TO falaj_portal;

-- citycore/store/migrations/versions/b006/participation/voices.sql

CREATE TABLE participation.case_months (
    organisation_id uuid NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    is_done boolean NOT NULL DEFAULT false,
    release_id uuid,
    CONSTRAINT case_months_pkey PRIMARY KEY (organisation_id, month, kind),
    CONSTRAINT case_months_release_id_key UNIQUE (release_id),
    CONSTRAINT case_months_check CHECK (release_id IS NULL OR is_done),
    CONSTRAINT case_months_month_check CHECK (EXTRACT(day FROM month) = 1::numeric),
    CONSTRAINT case_months_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT case_months_release_id_fkey FOREIGN KEY (release_id) REFERENCES participation.releases(release_id)
);
CREATE INDEX case_months_due ON participation.case_months USING btree (kind, month, organisation_id) WHERE NOT is_done;
GRANT INSERT, SELECT, UPDATE (is_done, release_id) ON participation.case_months TO falaj_portal;

CREATE OR REPLACE FUNCTION participation.note_month()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO participation.case_months (organisation_id, month, kind)
    VALUES (NEW.organisation_id, date_trunc('month', NEW.received_at AT TIME ZONE 'Asia/Muscat')::date, NEW.kind)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $function$;

CREATE TABLE participation.case_counts (
    organisation_id uuid NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    row_code text NOT NULL,
    cells integer[] NOT NULL,
    CONSTRAINT case_counts_pkey PRIMARY KEY (organisation_id, month, kind, row_code),
    CONSTRAINT case_counts_organisation_id_month_kind_fkey FOREIGN KEY (organisation_id, month, kind) REFERENCES participation.case_months(organisation_id, month, kind)
);
GRANT INSERT, SELECT ON participation.case_counts TO falaj_portal;
