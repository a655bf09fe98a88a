-- What was said, what was decided about it, and what was done. Everything here is public but what is withdrawn, the words of
-- a dispute, and people.
CREATE TABLE participation.decisions (
    decision_id        uuid PRIMARY KEY,
    state              text NOT NULL,
    state_reason       text,
    version            integer NOT NULL DEFAULT 1,
    state_changed_at   timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    -- NULL once the account is erased.
    entered_by         uuid REFERENCES innovation.people (person_id),
    title_ar           text NOT NULL,
    title_en           text NOT NULL,
    heard_ar           text NOT NULL,
    heard_en           text NOT NULL,
    governorate        text,
    recommendation_ar  text NOT NULL DEFAULT '',
    recommendation_en  text NOT NULL DEFAULT '',
    owner_id           uuid REFERENCES innovation.organisations (organisation_id),
    answer_ar          text NOT NULL DEFAULT '',
    answer_en          text NOT NULL DEFAULT '',
    -- Why not all of it.
    reason_ar          text NOT NULL DEFAULT '',
    reason_en          text NOT NULL DEFAULT '',
    outcome            text CHECK (outcome IN ('accepted', 'partly', 'rejected')),
    answered_at        timestamptz,
    done_at            timestamptz,
    -- The decision that this one drops.
    replaces_id        uuid REFERENCES participation.decisions (decision_id),
    dispute            text,
    disputed_at        timestamptz,
    disputed_by        uuid REFERENCES innovation.people (person_id),
    CHECK ((outcome IS NULL) = (answered_at IS NULL)),
    CHECK (state NOT IN ('accepted', 'partly', 'rejected', 'done', 'disputed', 'settled') OR outcome IS NOT NULL),
    CHECK (outcome IS NULL OR (owner_id IS NOT NULL AND answer_ar <> '' AND answer_en <> '')),
    CHECK (outcome IS NULL OR outcome = 'accepted' OR (reason_ar <> '' AND reason_en <> ''))
);
CREATE INDEX decisions_newest ON participation.decisions (created_at DESC, decision_id DESC) WHERE state <> 'withdrawn';
CREATE INDEX decisions_owner ON participation.decisions (owner_id, created_at DESC, decision_id DESC);
CREATE INDEX decisions_waiting ON participation.decisions (state, decision_id)
    WHERE state IN ('heard', 'recommended', 'with_owner', 'done');
CREATE INDEX decisions_replaces ON participation.decisions (replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX decisions_entered ON participation.decisions (entered_by);
CREATE INDEX decisions_disputed ON participation.decisions (disputed_by) WHERE disputed_by IS NOT NULL;

-- What it stands on, by kind and identifier: how it is called and stands is looked up where it is.
CREATE TABLE participation.decision_grounds (
    decision_id  uuid NOT NULL REFERENCES participation.decisions (decision_id),
    kind         text NOT NULL,
    object_id    uuid NOT NULL,
    added_at     timestamptz NOT NULL,
    PRIMARY KEY (decision_id, kind, object_id)
);
CREATE INDEX decision_grounds_of ON participation.decision_grounds (kind, object_id);

CREATE TABLE participation.decision_actions (
    action_id         uuid PRIMARY KEY,
    decision_id       uuid NOT NULL REFERENCES participation.decisions (decision_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    owner_id          uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    due_on            date NOT NULL,
    text_ar           text NOT NULL,
    text_en           text NOT NULL,
    evidence_link     text NOT NULL DEFAULT '',
    evidence_ar       text NOT NULL DEFAULT '',
    evidence_en       text NOT NULL DEFAULT '',
    claimed_by        uuid REFERENCES innovation.people (person_id),
    claimed_at        timestamptz,
    verified_by       uuid REFERENCES innovation.people (person_id),
    verified_at       timestamptz,
    CHECK (state NOT IN ('claimed', 'verified') OR evidence_link <> ''),
    -- Whatever the application thinks: nobody verifies what they have claimed.
    CHECK (verified_by <> claimed_by)
);
CREATE INDEX decision_actions_of ON participation.decision_actions (decision_id, created_at, action_id);
CREATE INDEX decision_actions_waiting ON participation.decision_actions (state, owner_id)
    WHERE state IN ('promised', 'claimed');
CREATE INDEX decision_actions_claimed ON participation.decision_actions (claimed_by);
CREATE INDEX decision_actions_verified ON participation.decision_actions (verified_by);

-- Who was told what, so that nobody is told twice: a person's key, or that of a case.
CREATE TABLE participation.decision_notices (
    decision_id  uuid NOT NULL REFERENCES participation.decisions (decision_id),
    notice       text NOT NULL CHECK (notice IN ('answered', 'ended')),
    heard        text NOT NULL,
    told_at      timestamptz NOT NULL,
    PRIMARY KEY (decision_id, notice, heard)
);
CREATE INDEX decision_notices_heard ON participation.decision_notices (heard);

GRANT SELECT, INSERT, UPDATE ON participation.decisions TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON participation.decision_actions TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON participation.decision_grounds, participation.decision_notices TO falaj_portal;

-- Decisions as open data, whatever was decided; what was withdrawn before it was anything is none.
CREATE VIEW open_participation.decisions WITH (security_barrier) AS
SELECT decisions.decision_id, decisions.state, decisions.state_reason, decisions.version, decisions.state_changed_at,
       decisions.created_at,
       -- Of anything that stands here.
       greatest(decisions.state_changed_at, (SELECT max(doing.state_changed_at) FROM participation.decision_actions AS doing
                                             WHERE doing.decision_id = decisions.decision_id)) AS changed_at,
       title_ar, title_en, heard_ar, heard_en, governorate, recommendation_ar, recommendation_en,
       CASE WHEN outcome IS NOT NULL THEN answer_ar END AS answer_ar,
       CASE WHEN outcome IS NOT NULL THEN answer_en END AS answer_en,
       CASE WHEN outcome <> 'accepted' THEN reason_ar END AS reason_ar,
       CASE WHEN outcome <> 'accepted' THEN reason_en END AS reason_en,
       outcome, answered_at, done_at, disputed_at, owner.organisation_id AS owner_id,
       owner.name_ar AS owner_name_ar, owner.name_en AS owner_name_en, due.instant AS due_at, replaces_id,
       (SELECT replaced.decision_id FROM participation.decisions AS replaced
        WHERE replaced.replaces_id = decisions.decision_id AND replaced.outcome IS NOT NULL
        ORDER BY replaced.answered_at LIMIT 1) AS replaced_by,
       ARRAY(SELECT DISTINCT kind FROM participation.decision_grounds AS grounds
             WHERE grounds.decision_id = decisions.decision_id ORDER BY kind) AS kinds,
       (SELECT count(*)::integer FROM participation.decision_grounds AS grounds
        WHERE grounds.decision_id = decisions.decision_id) AS grounds,
       -- What is promised is public once it is decided.
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                   'text_ar', text_ar, 'text_en', text_en, 'owner_name_ar', coalesce(doer.name_ar, doer.name_en),
                   'owner_name_en', coalesce(doer.name_en, doer.name_ar),
                   'due_on', due_on, 'state', actions.state, 'evidence', nullif(evidence_link, ''),
                   'claimed_at', claimed_at, 'verified_at', verified_at) ORDER BY actions.created_at, action_id)
                 FROM participation.decision_actions AS actions
                 JOIN innovation.organisations AS doer ON doer.organisation_id = actions.owner_id
                 WHERE actions.decision_id = decisions.decision_id AND outcome IS NOT NULL), '[]') AS actions
FROM participation.decisions
LEFT JOIN innovation.organisations AS owner ON owner.organisation_id = decisions.owner_id
LEFT JOIN innovation.deadlines AS due ON due.object_id = decisions.decision_id AND due.name = 'answer_due'
WHERE decisions.state <> 'withdrawn';

-- What changes with anything that stands there, and when an answer becomes late, without looking at each row.
CREATE VIEW open_participation.decisions_version WITH (security_barrier) AS
SELECT (SELECT array[count(*), sum(version)]::text || max(state_changed_at) FROM participation.decisions) AS decided,
       (SELECT array[count(*), sum(version)]::text || max(state_changed_at) FROM participation.decision_actions) AS done,
       (SELECT count(*)::text || max(added_at) FROM participation.decision_grounds) AS heard,
       (SELECT count(*) FROM participation.decisions
        JOIN innovation.deadlines AS due ON due.object_id = decision_id AND due.name = 'answer_due'
        WHERE answered_at IS NULL AND due.instant <= now()) AS late;

GRANT SELECT ON open_participation.decisions, open_participation.decisions_version TO falaj_read;
