-- The schema of `casework` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b001/casework/access_tokens.sql

CREATE TABLE innovation.access_tokens (
    token_id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    token_digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    sign_in_session uuid,
    shown jsonb,
    CONSTRAINT access_tokens_pkey PRIMARY KEY (token_id),
    CONSTRAINT access_tokens_token_digest_key UNIQUE (token_digest),
    CONSTRAINT access_tokens_check CHECK (expires_at > created_at),
    CONSTRAINT access_tokens_scopes_check CHECK (cardinality(scopes) > 0),
    CONSTRAINT access_tokens_token_digest_check CHECK (octet_length(token_digest) = 32),
    CONSTRAINT access_tokens_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX access_tokens_of ON innovation.access_tokens USING btree (person_id, created_at);
CREATE INDEX access_tokens_sign_ins ON innovation.access_tokens USING btree (person_id, created_at) WHERE sign_in_session IS NOT NULL AND revoked_at IS NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.access_tokens TO falaj_portal;

-- citycore/store/migrations/versions/b001/casework/audit.sql

CREATE TABLE innovation.audit (
    chain text NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    subject text NOT NULL,
    machine text NOT NULL,
    object uuid NOT NULL,
    event text NOT NULL,
    source text,
    target text,
    reason text,
    details jsonb NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    scheme text NOT NULL DEFAULT 'sha256-rfc8785-1'::text,
    CONSTRAINT audit_pkey PRIMARY KEY (chain, "position"),
    CONSTRAINT audit_chain_check CHECK (chain ~ '^[a-z][a-z_]*(:[0-9a-f-]{36})?$'::text),
    CONSTRAINT audit_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT audit_position_check CHECK ("position" > 0),
    CONSTRAINT audit_previous_check CHECK (octet_length(previous) = 32),
    CONSTRAINT audit_scheme_check CHECK (scheme ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text)
);
CREATE INDEX audit_of_object ON innovation.audit USING btree (object, at);
CREATE TRIGGER continue_audit BEFORE INSERT ON innovation.audit FOR EACH ROW EXECUTE FUNCTION innovation.continue_audit();
CREATE TRIGGER keep_audit BEFORE DELETE OR UPDATE OR TRUNCATE ON innovation.audit FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();
CREATE TRIGGER note_touched AFTER INSERT ON innovation.audit FOR EACH ROW EXECUTE FUNCTION innovation.note_touched();
GRANT INSERT, SELECT ON innovation.audit TO falaj_portal;

CREATE TABLE innovation.audit_heads (
    chain text NOT NULL,
    "position" bigint NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT audit_heads_pkey PRIMARY KEY (chain)
);
GRANT SELECT ON innovation.audit_heads TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.continue_audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'innovation', 'pg_temp'
AS $function$
BEGIN
    IF NEW.position = 1 AND NEW.previous = decode(repeat('00', 32), 'hex') THEN
        INSERT INTO audit_heads (chain, position, digest) VALUES (NEW.chain, 1, NEW.digest);
        RETURN NEW;
    END IF;
    UPDATE audit_heads SET position = NEW.position, digest = NEW.digest
    WHERE chain = NEW.chain AND position = NEW.position - 1 AND digest = NEW.previous;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'line % does not continue chain %', NEW.position, NEW.chain
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION innovation.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$function$;

-- citycore/store/migrations/versions/b001/casework/organisations.sql

CREATE TABLE innovation.organisations (
    organisation_id uuid NOT NULL,
    kind text NOT NULL,
    name_ar text,
    name_en text,
    state text NOT NULL,
    reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    registered_by uuid,
    registered_at timestamp with time zone NOT NULL,
    search_text text GENERATED ALWAYS AS (normalise_text((COALESCE(name_ar, ''::text) || ' '::text) || COALESCE(name_en, ''::text))) STORED,
    sort_ar text COLLATE "C" GENERATED ALWAYS AS (normalise_text(COALESCE(name_ar, name_en, ''::text))) STORED,
    sort_en text COLLATE "C" GENERATED ALWAYS AS (normalise_text(COALESCE(name_en, name_ar, ''::text))) STORED,
    CONSTRAINT organisations_pkey PRIMARY KEY (organisation_id),
    CONSTRAINT organisations_check CHECK (name_ar IS NOT NULL OR name_en IS NOT NULL),
    CONSTRAINT organisations_kind_check CHECK (kind = ANY (ARRAY['agency'::text, 'company'::text, 'university'::text])),
    CONSTRAINT organisations_registered_by_fkey FOREIGN KEY (registered_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX organisations_search ON innovation.organisations USING gin (search_text gin_trgm_ops);
CREATE INDEX organisations_since ON innovation.organisations USING btree (state_changed_at, organisation_id);
CREATE INDEX organisations_sort_ar ON innovation.organisations USING btree (sort_ar, organisation_id);
CREATE INDEX organisations_sort_en ON innovation.organisations USING btree (sort_en, organisation_id);
CREATE INDEX organisations_state ON innovation.organisations USING btree (state, organisation_id);
CREATE TRIGGER pictures_go AFTER DELETE ON innovation.organisations FOR EACH ROW EXECUTE FUNCTION innovation.drop_pictures('organisation_id');
GRANT INSERT, SELECT, UPDATE ON innovation.organisations TO falaj_portal;

CREATE TABLE innovation.organisation_domains (
    organisation_id uuid NOT NULL,
    domain text NOT NULL,
    CONSTRAINT organisation_domains_pkey PRIMARY KEY (organisation_id, domain),
    CONSTRAINT organisation_domains_domain_check CHECK (domain = lower(domain)),
    CONSTRAINT organisation_domains_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX organisation_domains_of ON innovation.organisation_domains USING btree (domain);
GRANT DELETE, INSERT, SELECT ON innovation.organisation_domains TO falaj_portal;

CREATE TABLE innovation.memberships (
    membership_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    person_id uuid,
    email text,
    email_key text,
    is_admin boolean NOT NULL DEFAULT false,
    state text NOT NULL,
    reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    invited_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT memberships_pkey PRIMARY KEY (membership_id),
    CONSTRAINT memberships_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES innovation.people(person_id),
    CONSTRAINT memberships_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id),
    CONSTRAINT memberships_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX memberships_in ON innovation.memberships USING btree (organisation_id, state, membership_id);
CREATE INDEX memberships_invitations ON innovation.memberships USING btree (email_key) WHERE state = 'invited'::text;
CREATE UNIQUE INDEX memberships_invited ON innovation.memberships USING btree (organisation_id, email_key) WHERE state = 'invited'::text;
CREATE INDEX memberships_of ON innovation.memberships USING btree (person_id, state);
CREATE UNIQUE INDEX memberships_person ON innovation.memberships USING btree (organisation_id, person_id) WHERE state = ANY (ARRAY['requested'::text, 'member'::text]);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.memberships TO falaj_portal;

-- citycore/store/migrations/versions/b001/casework/outbox.sql

CREATE TABLE innovation.outbox (
    mail_id uuid NOT NULL,
    template text NOT NULL,
    language text NOT NULL,
    person_id uuid,
    recipient text NOT NULL,
    fields jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    last_error text,
    step_of uuid,
    file_name text,
    file_type text,
    file_bytes integer,
    file_digest text,
    CONSTRAINT outbox_pkey PRIMARY KEY (mail_id),
    CONSTRAINT outbox_check CHECK (sent_at IS NULL OR failed_at IS NULL),
    CONSTRAINT outbox_check1 CHECK ((file_name IS NULL) = (file_type IS NULL) AND (file_name IS NULL) = (file_bytes IS NULL)),
    CONSTRAINT outbox_check2 CHECK (file_digest IS NULL OR file_name IS NOT NULL),
    CONSTRAINT outbox_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text]))
);
CREATE INDEX outbox_due ON innovation.outbox USING btree (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_failed ON innovation.outbox USING btree (created_at, mail_id) WHERE failed_at IS NOT NULL;
CREATE INDEX outbox_files ON innovation.outbox USING btree (file_digest) WHERE file_digest IS NOT NULL;
CREATE INDEX outbox_newest ON innovation.outbox USING btree (created_at, mail_id);
CREATE INDEX outbox_of_person ON innovation.outbox USING btree (person_id);
CREATE INDEX outbox_step ON innovation.outbox USING btree (step_of) WHERE step_of IS NOT NULL AND sent_at IS NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.outbox TO falaj_portal;

-- citycore/store/migrations/versions/b001/casework/people.sql

CREATE TABLE innovation.people (
    person_id uuid NOT NULL,
    email text,
    email_key text,
    name_ar text,
    name_en text,
    language text NOT NULL,
    state text NOT NULL,
    reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    email_verified_at timestamp with time zone,
    search_text text GENERATED ALWAYS AS (normalise_text((((COALESCE(name_ar, ''::text) || ' '::text) || COALESCE(name_en, ''::text)) || ' '::text) || COALESCE(email, ''::text))) STORED,
    sort_ar text COLLATE "C" GENERATED ALWAYS AS (normalise_text(COALESCE(name_ar, name_en, ''::text))) STORED,
    sort_en text COLLATE "C" GENERATED ALWAYS AS (normalise_text(COALESCE(name_en, name_ar, ''::text))) STORED,
    CONSTRAINT people_pkey PRIMARY KEY (person_id),
    CONSTRAINT people_email_key_key UNIQUE (email_key),
    CONSTRAINT people_check CHECK (state = 'erased'::text OR email IS NOT NULL),
    CONSTRAINT people_check1 CHECK ((email IS NULL) = (email_key IS NULL)),
    CONSTRAINT people_check2 CHECK (state = 'erased'::text OR name_ar IS NOT NULL OR name_en IS NOT NULL),
    CONSTRAINT people_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text]))
);
CREATE INDEX people_erased ON innovation.people USING btree (person_id) WHERE state = 'erased'::text AND email_key IS NOT NULL;
CREATE INDEX people_joined ON innovation.people USING btree (created_at, person_id) WHERE state <> 'erased'::text;
CREATE INDEX people_search ON innovation.people USING gin (search_text gin_trgm_ops);
CREATE INDEX people_sort_ar ON innovation.people USING btree (sort_ar, person_id) WHERE state <> 'erased'::text;
CREATE INDEX people_sort_en ON innovation.people USING btree (sort_en, person_id) WHERE state <> 'erased'::text;
CREATE INDEX people_state ON innovation.people USING btree (state, created_at, person_id);
GRANT INSERT, SELECT, UPDATE ON innovation.people TO falaj_portal;

CREATE TABLE innovation.sign_ups (
    email_key text NOT NULL,
    email text NOT NULL,
    name_ar text,
    name_en text,
    language text NOT NULL,
    token_digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_ups_pkey PRIMARY KEY (email_key),
    CONSTRAINT sign_ups_token_digest_key UNIQUE (token_digest),
    CONSTRAINT sign_ups_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT sign_ups_token_digest_check CHECK (octet_length(token_digest) = 32)
);
CREATE INDEX sign_ups_expiry ON innovation.sign_ups USING btree (expires_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.sign_ups TO falaj_portal;

CREATE TABLE innovation.passwords (
    person_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT passwords_pkey PRIMARY KEY (person_id),
    CONSTRAINT passwords_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.passwords TO falaj_portal;

CREATE TABLE innovation.sessions (
    session_id uuid NOT NULL,
    person_id uuid NOT NULL,
    token_digest bytea NOT NULL,
    device text NOT NULL,
    network text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    idle_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    shown jsonb,
    CONSTRAINT sessions_pkey PRIMARY KEY (session_id),
    CONSTRAINT sessions_token_digest_key UNIQUE (token_digest),
    CONSTRAINT sessions_token_digest_check CHECK (octet_length(token_digest) = 32),
    CONSTRAINT sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX sessions_expiry ON innovation.sessions USING btree (LEAST(idle_at, expires_at));
CREATE INDEX sessions_of ON innovation.sessions USING btree (person_id, last_used_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.sessions TO falaj_portal;

CREATE TABLE innovation.links (
    person_id uuid NOT NULL,
    purpose text NOT NULL,
    token_digest bytea NOT NULL,
    email text,
    email_key text,
    issuer text,
    subject text,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    followed_at timestamp with time zone,
    CONSTRAINT links_pkey PRIMARY KEY (person_id, purpose),
    CONSTRAINT links_token_digest_key UNIQUE (token_digest),
    CONSTRAINT links_purpose_check CHECK (purpose = ANY (ARRAY['set_password'::text, 'leave_email'::text, 'take_email'::text, 'link_identity'::text])),
    CONSTRAINT links_token_digest_check CHECK (octet_length(token_digest) = 32),
    CONSTRAINT links_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX links_expiry ON innovation.links USING btree (expires_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.links TO falaj_portal;

CREATE TABLE innovation.identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    person_id uuid NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject),
    CONSTRAINT identities_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX identities_of ON innovation.identities USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.identities TO falaj_portal;

CREATE TABLE innovation.identity_flows (
    state_digest bytea NOT NULL,
    browser_digest bytea NOT NULL,
    issuer text NOT NULL,
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT identity_flows_pkey PRIMARY KEY (state_digest),
    CONSTRAINT identity_flows_browser_digest_check CHECK (octet_length(browser_digest) = 32),
    CONSTRAINT identity_flows_state_digest_check CHECK (octet_length(state_digest) = 32)
);
CREATE INDEX identity_flows_expiry ON innovation.identity_flows USING btree (expires_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.identity_flows TO falaj_portal;

CREATE UNLOGGED TABLE innovation.attempts (
    action text NOT NULL,
    subject bytea NOT NULL,
    count integer NOT NULL,
    began_at timestamp with time zone NOT NULL,
    CONSTRAINT attempts_pkey PRIMARY KEY (action, subject),
    CONSTRAINT attempts_subject_check CHECK (octet_length(subject) = 32)
) WITH (fillfactor=70);
CREATE INDEX attempts_age ON innovation.attempts USING btree (began_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.attempts TO falaj_portal;

CREATE TABLE innovation.role_grants (
    grant_id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    scope_kind text NOT NULL,
    scope_id uuid,
    granted_by uuid,
    granted_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    revoked_by uuid,
    revoked_at timestamp with time zone,
    CONSTRAINT role_grants_pkey PRIMARY KEY (grant_id),
    CONSTRAINT role_grants_check CHECK (until > granted_at),
    CONSTRAINT role_grants_check1 CHECK ((scope_kind = 'hub'::text) = (scope_id IS NULL)),
    CONSTRAINT role_grants_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES innovation.people(person_id),
    CONSTRAINT role_grants_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id),
    CONSTRAINT role_grants_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX role_grants_in ON innovation.role_grants USING btree (scope_kind, scope_id, role) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX role_grants_once ON innovation.role_grants USING btree (person_id, role, scope_kind, scope_id) NULLS NOT DISTINCT WHERE revoked_at IS NULL;
CREATE INDEX role_grants_role ON innovation.role_grants USING btree (role, person_id) WHERE revoked_at IS NULL;
GRANT INSERT, SELECT, UPDATE ON innovation.role_grants TO falaj_portal;

CREATE TABLE innovation.readings (
    reading_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamp with time zone NOT NULL,
    reader uuid NOT NULL,
    person_id uuid NOT NULL,
    what text NOT NULL,
    CONSTRAINT readings_pkey PRIMARY KEY (reading_id),
    CONSTRAINT readings_what_check CHECK (what ~ '^[a-z_]+\.[a-z_]+$'::text),
    CONSTRAINT readings_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id),
    CONSTRAINT readings_reader_fkey FOREIGN KEY (reader) REFERENCES innovation.people(person_id)
);
CREATE INDEX readings_at ON innovation.readings USING btree (at, reading_id);
CREATE INDEX readings_of ON innovation.readings USING btree (person_id, reading_id);
CREATE TRIGGER keep_readings BEFORE DELETE OR UPDATE OR TRUNCATE ON innovation.readings FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();
GRANT INSERT, SELECT ON innovation.readings TO falaj_portal;

CREATE TABLE innovation.erasures (
    person_id uuid NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    outcomes jsonb NOT NULL,
    CONSTRAINT erasures_pkey PRIMARY KEY (person_id),
    CONSTRAINT erasures_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
GRANT INSERT, SELECT ON innovation.erasures TO falaj_portal;

-- citycore/store/migrations/versions/b001/casework/searches.sql

CREATE TABLE innovation.search_readers (
    person_id uuid NOT NULL,
    stop_token text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    CONSTRAINT search_readers_pkey PRIMARY KEY (person_id),
    CONSTRAINT search_readers_stop_token_key UNIQUE (stop_token),
    CONSTRAINT search_readers_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX search_readers_due ON innovation.search_readers USING btree (due_at, person_id) WHERE stopped_at IS NULL;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.search_readers TO falaj_portal;

CREATE TABLE innovation.kept_searches (
    search_id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    words text NOT NULL,
    filters jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_until timestamp with time zone NOT NULL,
    CONSTRAINT kept_searches_pkey PRIMARY KEY (search_id),
    CONSTRAINT kept_searches_person_id_kind_words_filters_key UNIQUE (person_id, kind, words, filters),
    CONSTRAINT kept_searches_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.kept_searches TO falaj_portal;

-- citycore/store/migrations/versions/b001/casework/workflow.sql

CREATE TABLE innovation.deadlines (
    object_id uuid NOT NULL,
    name text NOT NULL,
    instant timestamp with time zone NOT NULL,
    zone text NOT NULL,
    minutes_left integer,
    CONSTRAINT deadlines_pkey PRIMARY KEY (object_id, name),
    CONSTRAINT deadlines_minutes_left_check CHECK (minutes_left >= 0),
    CONSTRAINT deadlines_name_check CHECK (name ~ '^[a-z][a-z_]{0,62}$'::text),
    CONSTRAINT deadlines_standing_still CHECK ((minutes_left IS NOT NULL) = (instant = '9000-01-01 00:00:00+00'::timestamp with time zone))
);
CREATE INDEX deadlines_instant ON innovation.deadlines USING btree (instant);
CREATE TRIGGER move_end_of_keys AFTER UPDATE OF instant ON innovation.deadlines FOR EACH ROW WHEN (new.name = 'appeals_close'::text AND new.instant <> old.instant) EXECUTE FUNCTION innovation.move_end_of_keys();
CREATE TRIGGER note_session_begins AFTER INSERT OR UPDATE OF instant ON innovation.deadlines FOR EACH ROW WHEN (new.name = 'begins'::text) EXECUTE FUNCTION participation.note_session_begins();
GRANT INSERT, SELECT, UPDATE ON innovation.deadlines TO falaj_portal;

CREATE TABLE innovation.deadline_extensions (
    extension_id uuid NOT NULL,
    object_id uuid NOT NULL,
    name text NOT NULL,
    previous timestamp with time zone NOT NULL,
    instant timestamp with time zone NOT NULL,
    reason text NOT NULL,
    extended_by uuid,
    extended_at timestamp with time zone NOT NULL,
    CONSTRAINT deadline_extensions_pkey PRIMARY KEY (extension_id),
    CONSTRAINT deadline_extensions_check CHECK (instant > previous),
    CONSTRAINT deadline_extensions_object_id_name_fkey FOREIGN KEY (object_id, name) REFERENCES innovation.deadlines(object_id, name)
);
CREATE INDEX deadline_extensions_of ON innovation.deadline_extensions USING btree (object_id, extended_at);
GRANT INSERT, SELECT ON innovation.deadline_extensions TO falaj_portal;

CREATE VIEW innovation.moved_deadlines AS
 SELECT object_id,
    name,
    jsonb_agg(jsonb_build_object('previous', previous, 'instant', instant, 'reason', reason, 'extended_at', extended_at) ORDER BY extended_at, extension_id) AS extensions
   FROM innovation.deadline_extensions
  GROUP BY object_id, name;

CREATE TABLE innovation.decisions (
    decision_id uuid NOT NULL,
    machine text NOT NULL,
    object_id uuid NOT NULL,
    prepared_event text NOT NULL,
    reason text,
    seen_version integer NOT NULL,
    prepared_by uuid,
    prepared_at timestamp with time zone NOT NULL,
    released_by uuid,
    released_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    CONSTRAINT decisions_pkey PRIMARY KEY (decision_id),
    CONSTRAINT decisions_check CHECK (released_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX decisions_open ON innovation.decisions USING btree (machine, object_id) WHERE released_at IS NULL AND withdrawn_at IS NULL;
GRANT INSERT, SELECT, UPDATE ON innovation.decisions TO falaj_portal;

CREATE TABLE innovation.step_words (
    machine text NOT NULL,
    object_id uuid NOT NULL,
    version integer NOT NULL,
    event text NOT NULL,
    words text NOT NULL,
    written_by uuid,
    written_at timestamp with time zone NOT NULL,
    CONSTRAINT step_words_pkey PRIMARY KEY (machine, object_id, version),
    CONSTRAINT step_words_words_check CHECK (words <> ''::text),
    CONSTRAINT step_words_written_by_fkey FOREIGN KEY (written_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX step_words_by ON innovation.step_words USING btree (written_by);
GRANT DELETE, INSERT, SELECT ON innovation.step_words TO falaj_portal;

CREATE TABLE innovation.decision_words (
    decision_id uuid NOT NULL,
    words text NOT NULL,
    written_by uuid,
    written_at timestamp with time zone NOT NULL,
    CONSTRAINT decision_words_pkey PRIMARY KEY (decision_id),
    CONSTRAINT decision_words_words_check CHECK (words <> ''::text),
    CONSTRAINT decision_words_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES innovation.decisions(decision_id),
    CONSTRAINT decision_words_written_by_fkey FOREIGN KEY (written_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX decision_words_by ON innovation.decision_words USING btree (written_by);
GRANT DELETE, INSERT, SELECT ON innovation.decision_words TO falaj_portal;

-- citycore/store/migrations/versions/b004/casework/deadlines.sql

CREATE VIEW innovation.dated AS
 SELECT 'need'::text AS kind,
    needs.need_id AS object_id,
    needs.code,
    needs.title_ar,
    needs.title_en,
        CASE
            WHEN needs.state = ANY (ARRAY['standstill'::text, 'awarded'::text]) THEN ''::text
            ELSE 'standstill_ends'::text
        END AS void_name
   FROM innovation.needs
  WHERE (needs.state = ANY (ARRAY['published'::text, 'qa_closed'::text, 'suspended'::text, 'closed'::text, 'evaluating'::text, 'standstill'::text, 'awarded'::text, 'matched'::text, 'none_suitable'::text])) IS TRUE
UNION ALL
 SELECT 'call'::text AS kind,
    calls.call_id AS object_id,
    calls.code,
    calls.title_ar,
    calls.title_en,
        CASE calls.rounds
            WHEN 2 THEN ''::text
            ELSE 'second_closes'::text
        END AS void_name
   FROM innovation.calls
  WHERE (calls.state = ANY (ARRAY['forecasted'::text, 'open'::text, 'closed'::text, 'reviewing'::text, 'second_open'::text, 'second_closed'::text, 'decided'::text, 'announced'::text, 'archived'::text])) IS TRUE
UNION ALL
 SELECT 'hackathon'::text AS kind,
    hackathons.hackathon_id AS object_id,
    hackathons.code,
    hackathons.title_ar,
    hackathons.title_en,
    ''::text AS void_name
   FROM innovation.hackathons
  WHERE (hackathons.state = ANY (ARRAY['announced'::text, 'registration_open'::text, 'team_formation_closed'::text, 'running'::text, 'submissions_closed'::text, 'screening'::text, 'judging'::text, 'deliberation'::text, 'results_provisional'::text, 'results_final'::text, 'archived'::text])) IS TRUE;

CREATE VIEW innovation.dates AS
 SELECT dated.kind,
    dated.object_id,
    dated.code,
    dated.title_ar,
    dated.title_en,
    deadline.name,
    deadline.instant,
    deadline.zone,
    COALESCE(moved.extensions, '[]'::jsonb) AS extensions
   FROM innovation.dated
     JOIN innovation.deadlines deadline ON deadline.object_id = dated.object_id AND deadline.name <> dated.void_name
     LEFT JOIN innovation.moved_deadlines moved ON moved.object_id = deadline.object_id AND moved.name = deadline.name;

CREATE VIEW open_innovation.dates WITH (security_barrier=true) AS
 SELECT told.kind,
    deadline.object_id,
    told.code,
    told.title_ar,
    told.title_en,
    deadline.name,
    deadline.instant,
    deadline.zone,
    COALESCE(( SELECT moved.extensions
           FROM innovation.moved_deadlines moved
          WHERE moved.object_id = deadline.object_id AND moved.name = deadline.name), '[]'::jsonb) AS extensions
   FROM innovation.deadlines deadline
     CROSS JOIN LATERAL ( SELECT dated.kind,
            dated.object_id,
            dated.code,
            dated.title_ar,
            dated.title_en,
            dated.void_name
           FROM innovation.dated
          WHERE dated.object_id = deadline.object_id AND dated.void_name <> deadline.name
         LIMIT 1) told
  ORDER BY deadline.instant, told.code, deadline.name, told.kind;
GRANT SELECT ON open_innovation.dates TO falaj_portal;
GRANT SELECT ON open_innovation.dates TO falaj_read;

-- citycore/store/migrations/versions/b007/casework/drafts.sql

CREATE TABLE innovation.form_drafts (
    person_id uuid NOT NULL,
    page text NOT NULL,
    form text NOT NULL,
    fields jsonb,
    base text NOT NULL,
    number integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    CONSTRAINT form_drafts_pkey PRIMARY KEY (person_id, page, form),
    CONSTRAINT form_drafts_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX form_drafts_saved ON innovation.form_drafts USING btree (saved_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.form_drafts TO falaj_portal;

-- citycore/store/migrations/versions/b007/casework/lists.sql

CREATE TABLE innovation.undoable_steps (
    object_id uuid NOT NULL,
    machine text NOT NULL,
    source text NOT NULL,
    event text NOT NULL,
    version integer NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT undoable_steps_pkey PRIMARY KEY (object_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.undoable_steps TO falaj_portal;

-- citycore/store/migrations/versions/b007/casework/mail_texts.sql

CREATE TABLE innovation.mail_texts (
    template text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT mail_texts_pkey PRIMARY KEY (template, language),
    CONSTRAINT mail_texts_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text]))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.mail_texts TO falaj_portal;

-- citycore/store/migrations/versions/b007/casework/notifications.sql

CREATE TABLE innovation.notifications (
    notification_id uuid NOT NULL,
    person_id uuid NOT NULL,
    template text NOT NULL,
    subject_ar text NOT NULL,
    subject_en text NOT NULL,
    about_ar text NOT NULL,
    path text,
    told_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    waits boolean NOT NULL,
    about_en text NOT NULL,
    CONSTRAINT notifications_pkey PRIMARY KEY (notification_id),
    CONSTRAINT notifications_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX notifications_of_person ON innovation.notifications USING btree (person_id, told_at DESC, notification_id);
CREATE INDEX notifications_told ON innovation.notifications USING btree (told_at);
CREATE INDEX notifications_unread ON innovation.notifications USING btree (person_id) WHERE read_at IS NULL;
CREATE INDEX notifications_waiting ON innovation.notifications USING btree (person_id) WHERE waits;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.notifications TO falaj_portal;

CREATE TABLE innovation.mail_choices (
    person_id uuid NOT NULL,
    choice text NOT NULL,
    told_on date NOT NULL,
    CONSTRAINT mail_choices_pkey PRIMARY KEY (person_id),
    CONSTRAINT mail_choices_choice_check CHECK (choice = ANY (ARRAY['at_once'::text, 'daily'::text, 'none'::text])),
    CONSTRAINT mail_choices_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.mail_choices TO falaj_portal;

-- citycore/store/migrations/versions/b007/casework/pictures.sql

CREATE TABLE innovation.pictures (
    picture_id uuid NOT NULL,
    object_id uuid NOT NULL,
    alt_ar text NOT NULL,
    alt_en text NOT NULL,
    media_type text NOT NULL,
    large_digest text NOT NULL,
    large_width integer NOT NULL,
    large_height integer NOT NULL,
    small_digest text NOT NULL,
    small_width integer NOT NULL,
    small_height integer NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT pictures_pkey PRIMARY KEY (picture_id),
    CONSTRAINT pictures_object_id_key UNIQUE (object_id),
    CONSTRAINT pictures_large_height_check CHECK (large_height > 0),
    CONSTRAINT pictures_large_width_check CHECK (large_width > 0),
    CONSTRAINT pictures_small_height_check CHECK (small_height > 0),
    CONSTRAINT pictures_small_width_check CHECK (small_width > 0)
);
CREATE INDEX pictures_large ON innovation.pictures USING btree (large_digest);
CREATE INDEX pictures_small ON innovation.pictures USING btree (small_digest);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.pictures TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.drop_pictures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    DELETE FROM innovation.pictures WHERE object_id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid;
    RETURN OLD;
END
$function$;

-- citycore/store/migrations/versions/b007/casework/search.sql

CREATE TABLE open_innovation.search (
    kind text NOT NULL,
    key text NOT NULL,
    governorates text[] NOT NULL,
    at timestamp with time zone,
    terms tsvector NOT NULL,
    title_words smallint NOT NULL,
    digest text NOT NULL,
    CONSTRAINT search_pkey PRIMARY KEY (kind, key)
) WITH (toast_tuple_target=8160);
CREATE INDEX search_governorates ON open_innovation.search USING gin (governorates) WITH (gin_pending_list_limit='256');
CREATE INDEX search_terms ON open_innovation.search USING gin (terms) WITH (gin_pending_list_limit='256');
GRANT DELETE, INSERT, SELECT, UPDATE ON open_innovation.search TO falaj_portal;
GRANT SELECT ON open_innovation.search TO falaj_read;

CREATE TABLE open_innovation.search_words (
    word text NOT NULL,
    number integer NOT NULL,
    CONSTRAINT search_words_pkey PRIMARY KEY (word)
);
CREATE INDEX search_words_alike ON open_innovation.search_words USING gin (word gin_trgm_ops);
GRANT DELETE, INSERT, SELECT, UPDATE ON open_innovation.search_words TO falaj_portal;
GRANT SELECT ON open_innovation.search_words TO falaj_read;

CREATE OR REPLACE FUNCTION open_innovation.words_like(asked text, most integer)
 RETURNS TABLE(word text, number integer)
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
 SET "pg_trgm.similarity_threshold" TO '0.2'
BEGIN ATOMIC
 SELECT known.word,
     known.number
    FROM open_innovation.search_words known
   WHERE (known.word % words_like.asked)
   ORDER BY (similarity(known.word, words_like.asked)) DESC, known.number DESC, known.word
  LIMIT words_like.most;
END;

CREATE TABLE innovation.search_touched (
    touched_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    machine text NOT NULL,
    object_id uuid NOT NULL,
    CONSTRAINT search_touched_pkey PRIMARY KEY (touched_id)
);
GRANT DELETE, SELECT, UPDATE ON innovation.search_touched TO falaj_portal;

CREATE TABLE innovation.search_compared (
    is_one boolean NOT NULL DEFAULT true,
    compared_at timestamp with time zone NOT NULL,
    CONSTRAINT search_compared_pkey PRIMARY KEY (is_one),
    CONSTRAINT search_compared_is_one_check CHECK (is_one)
);
GRANT INSERT, SELECT, UPDATE ON innovation.search_compared TO falaj_portal;

CREATE OR REPLACE FUNCTION innovation.note_touched()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'innovation'
AS $function$
BEGIN
    INSERT INTO innovation.search_touched (machine, object_id) VALUES (NEW.machine, NEW.object);
    RETURN NULL;
END
$function$;

CREATE VIEW open_innovation.catalogue WITH (security_barrier=true) AS
 SELECT 'dataset'::text AS kind,
    source.code AS key,
    source.name_ar AS titles_ar,
    source.name_en AS titles_en,
    concat_ws(' '::text, source.description_ar, source.provider_ar) AS texts_ar,
    concat_ws(' '::text, source.description_en, source.provider_en, source.code) AS texts_en,
    ARRAY( SELECT DISTINCT names.name
           FROM things thing
             JOIN places place ON place.code = thing.place_code
             CROSS JOIN LATERAL ( VALUES (place.name_ar), (place.name_en)) names(name)
          WHERE thing.source_id = source.source_id AND thing.is_counted
          ORDER BY names.name) AS places,
    source.created_at AS at
   FROM sources source
  WHERE source.review = 'accepted'::text
UNION ALL
 SELECT 'thing'::text AS kind,
    thing.code AS key,
    thing.name_ar AS titles_ar,
    thing.name_en AS titles_en,
    COALESCE(place.name_ar, ''::text) AS texts_ar,
    concat_ws(' '::text, place.name_en, replace(thing.kind, '_'::text, ' '::text), thing.code) AS texts_en,
    array_remove(ARRAY[place.name_ar, place.name_en], NULL::text) AS places,
    thing.created_at AS at
   FROM things thing
     LEFT JOIN places place ON place.code = thing.place_code
  WHERE thing.is_counted
UNION ALL
 SELECT 'observed_property'::text AS kind,
    property.code AS key,
    property.name_ar AS titles_ar,
    property.name_en AS titles_en,
    sector.name_ar AS texts_ar,
    concat_ws(' '::text, sector.name_en, property.code, property.unit) AS texts_en,
    '{}'::text[] AS places,
    NULL::timestamp with time zone AS at
   FROM observed_properties property
     JOIN sectors sector ON sector.code = property.sector
UNION ALL
 SELECT 'place'::text AS kind,
    place.code AS key,
    place.name_ar AS titles_ar,
    place.name_en AS titles_en,
    ''::text AS texts_ar,
    place.code AS texts_en,
    ARRAY[place.name_ar, place.name_en] AS places,
    NULL::timestamp with time zone AS at
   FROM places place;
GRANT SELECT ON open_innovation.catalogue TO falaj_portal;
GRANT SELECT ON open_innovation.catalogue TO falaj_read;

-- citycore/store/migrations/versions/b008/casework/operator_texts.sql

CREATE TABLE innovation.operator_texts (
    name text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT operator_texts_pkey PRIMARY KEY (name, language),
    CONSTRAINT operator_texts_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT operator_texts_name_check CHECK (name = ANY (ARRAY['about'::text, 'help'::text, 'contact'::text, 'privacy'::text, 'accessibility'::text, 'terms'::text]))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.operator_texts TO falaj_portal;

CREATE VIEW open_innovation.operator_texts WITH (security_barrier=true) AS
 SELECT name,
    language,
    text
   FROM innovation.operator_texts;
GRANT SELECT ON open_innovation.operator_texts TO falaj_read;

-- citycore/store/migrations/versions/b009/casework/annotations.sql

CREATE TABLE innovation.annotations (
    annotation_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    author_id uuid,
    author_role text NOT NULL,
    organisation_id uuid,
    kind text NOT NULL,
    title_ar text NOT NULL,
    title_en text NOT NULL,
    text_ar text NOT NULL,
    text_en text NOT NULL,
    place text,
    thing text,
    observed_property text,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    is_whole_days boolean NOT NULL,
    search_text text GENERATED ALWAYS AS (normalise_text((title_ar || ' '::text) || title_en)) STORED,
    CONSTRAINT annotations_pkey PRIMARY KEY (annotation_id),
    CONSTRAINT annotations_check CHECK (ends_at > starts_at),
    CONSTRAINT annotations_check1 CHECK (ends_at IS NOT NULL OR NOT is_whole_days),
    CONSTRAINT annotations_check2 CHECK (title_ar <> ''::text OR title_en <> ''::text),
    CONSTRAINT annotations_check3 CHECK (num_nonnulls(place, thing, observed_property) > 0),
    CONSTRAINT annotations_author_id_fkey FOREIGN KEY (author_id) REFERENCES innovation.people(person_id),
    CONSTRAINT annotations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES innovation.organisations(organisation_id)
);
CREATE INDEX annotations_begun ON innovation.annotations USING btree (starts_at, annotation_id);
CREATE INDEX annotations_changed ON innovation.annotations USING btree (changed_at, annotation_id);
CREATE INDEX annotations_of_place ON innovation.annotations USING btree (place, starts_at, annotation_id);
CREATE INDEX annotations_person ON innovation.annotations USING btree (author_id);
CREATE INDEX annotations_search ON innovation.annotations USING gin (search_text gin_trgm_ops);
GRANT INSERT, SELECT, UPDATE ON innovation.annotations TO falaj_portal;

CREATE VIEW open_innovation.annotations WITH (security_barrier=true) AS
 SELECT note.annotation_id,
    note.kind,
    note.title_ar,
    note.title_en,
    note.text_ar,
    note.text_en,
    note.starts_at,
    note.ends_at,
    note.is_whole_days,
    note.place,
    place.name_ar AS place_name_ar,
    place.name_en AS place_name_en,
    note.thing,
    thing.name_ar AS thing_name_ar,
    thing.name_en AS thing_name_en,
    thing.place_code AS thing_place,
    note.observed_property,
    property.name_ar AS observed_property_name_ar,
    property.name_en AS observed_property_name_en,
    note.author_role,
    author.name_ar AS organisation_name_ar,
    author.name_en AS organisation_name_en,
    note.created_at,
    note.changed_at
   FROM innovation.annotations note
     LEFT JOIN innovation.organisations author ON author.organisation_id = note.organisation_id
     LEFT JOIN places place ON place.code = note.place
     LEFT JOIN things thing ON thing.code = note.thing
     LEFT JOIN observed_properties property ON property.code = note.observed_property
  WHERE note.state = 'published'::text;
GRANT SELECT ON open_innovation.annotations TO falaj_portal;
GRANT SELECT ON open_innovation.annotations TO falaj_read;

-- citycore/store/migrations/versions/b009/casework/counted_lists.sql

CREATE OR REPLACE FUNCTION participation.note_session_begins()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'participation', 'pg_temp'
AS $function$
BEGIN
    UPDATE participation.dialogue_sessions SET begins_at = NEW.instant
    WHERE session_id = NEW.object_id AND begins_at IS DISTINCT FROM NEW.instant;
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b009/casework/dashboard_access.sql

CREATE TABLE innovation.dashboard_codes (
    code_digest bytea NOT NULL,
    person_id uuid NOT NULL,
    session_id uuid NOT NULL,
    nonce text,
    code_challenge text,
    expires_at timestamp with time zone NOT NULL,
    token_id uuid,
    CONSTRAINT dashboard_codes_pkey PRIMARY KEY (code_digest),
    CONSTRAINT dashboard_codes_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT dashboard_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX dashboard_codes_expire ON innovation.dashboard_codes USING btree (expires_at);
CREATE INDEX dashboard_codes_of ON innovation.dashboard_codes USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.dashboard_codes TO falaj_portal;

-- citycore/store/migrations/versions/b009/casework/own_views.sql

CREATE TABLE innovation.own_views (
    view_id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    pieces jsonb NOT NULL,
    link text,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT own_views_pkey PRIMARY KEY (view_id),
    CONSTRAINT own_views_link_key UNIQUE (link),
    CONSTRAINT own_views_link_check CHECK (link ~ '^[0-9a-f]{32}$'::text),
    CONSTRAINT own_views_name_check CHECK (name <> ''::text),
    CONSTRAINT own_views_pieces_check CHECK (jsonb_typeof(pieces) = 'array'::text),
    CONSTRAINT own_views_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX own_views_person ON innovation.own_views USING btree (person_id, name, view_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.own_views TO falaj_portal;

-- citycore/store/migrations/versions/b009/casework/report_mails.sql

CREATE TABLE innovation.report_mails (
    subscription_id uuid NOT NULL,
    person_id uuid NOT NULL,
    stop_token text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL,
    place text NOT NULL,
    observed_property text NOT NULL,
    days integer NOT NULL,
    language text NOT NULL,
    rhythm text NOT NULL,
    weekdays integer[] NOT NULL,
    month_day integer,
    hour integer NOT NULL,
    next_due timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    last_sent timestamp with time zone,
    tries integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    last_failure text,
    failed_at timestamp with time zone,
    CONSTRAINT report_mails_pkey PRIMARY KEY (subscription_id),
    CONSTRAINT report_mails_person_id_place_observed_property_days_languag_key UNIQUE NULLS NOT DISTINCT (person_id, place, observed_property, days, language, rhythm, weekdays, month_day, hour),
    CONSTRAINT report_mails_stop_token_key UNIQUE (stop_token),
    CONSTRAINT report_mails_check CHECK ((rhythm = 'weekly'::text) = (weekdays <> '{}'::integer[])),
    CONSTRAINT report_mails_check1 CHECK ((rhythm = 'monthly'::text) = (month_day IS NOT NULL)),
    CONSTRAINT report_mails_days_check CHECK (days > 0),
    CONSTRAINT report_mails_hour_check CHECK (hour >= 0 AND hour <= 23),
    CONSTRAINT report_mails_language_check CHECK (language = ANY (ARRAY['ar'::text, 'en'::text])),
    CONSTRAINT report_mails_last_failure_check CHECK (last_failure = ANY (ARRAY['away'::text, 'ended'::text, 'too_large'::text, 'not_available'::text, 'unreachable'::text, 'unknown'::text])),
    CONSTRAINT report_mails_month_day_check CHECK (month_day >= 1 AND month_day <= 31),
    CONSTRAINT report_mails_rhythm_check CHECK (rhythm = ANY (ARRAY['daily'::text, 'weekly'::text, 'monthly'::text])),
    CONSTRAINT report_mails_state_check CHECK (state = ANY (ARRAY['active'::text, 'paused'::text, 'set_aside'::text])),
    CONSTRAINT report_mails_weekdays_check CHECK (weekdays <@ '{1,2,3,4,5,6,7}'::integer[]),
    CONSTRAINT report_mails_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX report_mails_due ON innovation.report_mails USING btree (due_at, subscription_id) WHERE state = 'active'::text;
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.report_mails TO falaj_portal;

-- citycore/store/migrations/versions/b009/casework/search_counts.sql

CREATE TABLE open_innovation.search_counts (
    governorate text NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    CONSTRAINT search_counts_pkey PRIMARY KEY (governorate, kind)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON open_innovation.search_counts TO falaj_portal;
GRANT SELECT ON open_innovation.search_counts TO falaj_read;

-- citycore/store/migrations/versions/b010/casework/second_factor.sql

CREATE TABLE innovation.totp_secrets (
    totp_id uuid NOT NULL,
    person_id uuid NOT NULL,
    sealed bytea NOT NULL,
    key_id text NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint NOT NULL DEFAULT 0,
    CONSTRAINT totp_secrets_pkey PRIMARY KEY (totp_id),
    CONSTRAINT totp_secrets_key_id_check CHECK (key_id ~ '^[0-9a-f]{8}$'::text),
    CONSTRAINT totp_secrets_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE UNIQUE INDEX totp_secrets_of ON innovation.totp_secrets USING btree (person_id, (confirmed_at IS NULL));
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.totp_secrets TO falaj_portal;

CREATE TABLE innovation.passkeys (
    passkey_id uuid NOT NULL,
    person_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    name text NOT NULL,
    signed_count bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_pkey PRIMARY KEY (passkey_id),
    CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id),
    CONSTRAINT passkeys_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX passkeys_of ON innovation.passkeys USING btree (person_id, added_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.passkeys TO falaj_portal;

CREATE TABLE innovation.recovery_codes (
    code_digest bytea NOT NULL,
    person_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (code_digest),
    CONSTRAINT recovery_codes_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT recovery_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX recovery_codes_of ON innovation.recovery_codes USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.recovery_codes TO falaj_portal;

CREATE TABLE innovation.factor_visits (
    visit_digest bytea NOT NULL,
    person_id uuid NOT NULL,
    shown jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    challenge bytea,
    CONSTRAINT factor_visits_pkey PRIMARY KEY (visit_digest),
    CONSTRAINT factor_visits_visit_digest_check CHECK (octet_length(visit_digest) = 32),
    CONSTRAINT factor_visits_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX factor_visits_expire ON innovation.factor_visits USING btree (expires_at);
CREATE INDEX factor_visits_of ON innovation.factor_visits USING btree (person_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.factor_visits TO falaj_portal;

CREATE TABLE innovation.passkey_offers (
    session_id uuid NOT NULL,
    name text NOT NULL,
    challenge bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT passkey_offers_pkey PRIMARY KEY (session_id),
    CONSTRAINT passkey_offers_session_id_fkey FOREIGN KEY (session_id) REFERENCES innovation.sessions(session_id) ON DELETE CASCADE
);
CREATE INDEX passkey_offers_expire ON innovation.passkey_offers USING btree (expires_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.passkey_offers TO falaj_portal;

-- citycore/store/migrations/versions/b010/casework/self_checks.sql

CREATE TABLE innovation.self_checks (
    kind text NOT NULL,
    subject text NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    said text NOT NULL DEFAULT ''::text,
    CONSTRAINT self_checks_pkey PRIMARY KEY (kind, subject)
);
CREATE INDEX self_checks_old ON innovation.self_checks USING btree (checked_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON innovation.self_checks TO falaj_portal;

-- citycore/store/migrations/versions/b018/casework/counted_catalogue.sql

CREATE VIEW innovation.waiting_sources AS
 SELECT code,
    name_ar,
    name_en,
    created_at
   FROM sources
  WHERE review = 'waiting'::text;
GRANT SELECT ON innovation.waiting_sources TO falaj_portal;
