-- The schema of `participation` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

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

-- citycore/store/migrations/versions/b003/participation/owed_answers.sql

CREATE VIEW participation.owed_answers AS
 SELECT kind,
    object_id,
    due_at
   FROM ( VALUES (NULL::text,NULL::uuid,NULL::timestamp with time zone)) "none"(kind, object_id, due_at)
  WHERE false;
GRANT SELECT ON participation.owed_answers TO falaj_portal;
