-- Sessions in which residents and those who decide talk; who has a seat stands with admission.
CREATE TABLE participation.dialogue_sessions (
    session_id        uuid PRIMARY KEY,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- NULL once the account is erased.
    drafted_by        uuid REFERENCES innovation.people (person_id),
    -- Who decides on the question.
    decider_id        uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    question_ar       text NOT NULL,
    question_en       text NOT NULL,
    governorate       text,
    place_ar          text NOT NULL,
    place_en          text NOT NULL,
    -- Told to those who have a seat.
    online_link       text NOT NULL,
    seats             integer NOT NULL CHECK (seats > 0),
    -- Lines with minutes, subject_ar, subject_en, speaker.
    agenda            jsonb NOT NULL,
    recording_link    text NOT NULL DEFAULT '',
    summary_ar        text NOT NULL DEFAULT '',
    summary_en        text NOT NULL DEFAULT '',
    -- Why nothing is recommended.
    none_because_ar   text NOT NULL DEFAULT '',
    none_because_en   text NOT NULL DEFAULT '',
    announced_at      timestamptz,
    held_at           timestamptz,
    published_at      timestamptz,
    CHECK (state <> 'published' OR (summary_ar <> '' AND summary_en <> '' AND published_at IS NOT NULL))
);
CREATE INDEX dialogue_sessions_state ON participation.dialogue_sessions (state, session_id);
CREATE INDEX dialogue_sessions_newest ON participation.dialogue_sessions (created_at DESC, session_id DESC);
CREATE INDEX dialogue_sessions_drafted ON participation.dialogue_sessions (drafted_by);

-- What those who were there want the summary to say; each is taken or refused with a reason, and all are public.
CREATE TABLE participation.summary_amendments (
    amendment_id  uuid PRIMARY KEY,
    session_id    uuid NOT NULL REFERENCES participation.dialogue_sessions (session_id),
    -- Whoever proposes it; NULL once the seat's holder is erased.
    seat_id       uuid,
    proposed      text NOT NULL CHECK (proposed <> ''),
    reason        text NOT NULL CHECK (reason <> ''),
    proposed_at   timestamptz NOT NULL,
    is_taken      boolean,
    answer        text,
    settled_at    timestamptz,
    CHECK ((is_taken IS NULL) = (answer IS NULL) AND (is_taken IS NULL) = (settled_at IS NULL) AND answer <> '')
);
CREATE INDEX summary_amendments_of ON participation.summary_amendments (session_id, proposed_at, amendment_id);

-- What follows from a session: drafted from passages of its summary and ideas, and a decision once a second person agrees.
CREATE TABLE participation.recommendations (
    recommendation_id  uuid PRIMARY KEY,
    session_id         uuid NOT NULL REFERENCES participation.dialogue_sessions (session_id),
    drafted_by         uuid REFERENCES innovation.people (person_id),
    agreed_by          uuid REFERENCES innovation.people (person_id),
    created_at         timestamptz NOT NULL,
    title_ar           text NOT NULL,
    title_en           text NOT NULL,
    text_ar            text NOT NULL,
    text_en            text NOT NULL,
    -- Of the summary, or what the ideas have in common.
    passage_ar         text NOT NULL,
    passage_en         text NOT NULL,
    ideas              uuid[] NOT NULL,
    decision_id        uuid UNIQUE REFERENCES participation.decisions (decision_id),
    -- Whatever the application thinks: nobody agrees with themselves.
    CHECK (agreed_by <> drafted_by)
);
CREATE INDEX recommendations_of ON participation.recommendations (session_id, created_at, recommendation_id);
CREATE INDEX recommendations_drafted ON participation.recommendations (drafted_by);
CREATE INDEX recommendations_agreed ON participation.recommendations (agreed_by);

-- What residents propose in public, once it is admitted. Who wrote it is told to nobody; `byline` is how they want to be called.
CREATE TABLE participation.ideas (
    idea_id           uuid PRIMARY KEY,
    session_id        uuid REFERENCES participation.dialogue_sessions (session_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    admitted_at       timestamptz,
    -- NULL of whoever has no account, and once it is erased.
    author_id         uuid REFERENCES innovation.people (person_id),
    email             text NOT NULL,
    byline            text NOT NULL,
    language          text NOT NULL CHECK (language IN ('en', 'ar')),
    title             text NOT NULL CHECK (title <> ''),
    body              text NOT NULL CHECK (body <> ''),
    governorate       text,
    -- SHA-256 of the text without what spelling alone changes: the same text comes back under many names.
    body_digest       bytea NOT NULL CHECK (octet_length(body_digest) = 32),
    main_id           uuid REFERENCES participation.ideas (idea_id) CHECK (main_id <> idea_id),
    CHECK (state <> 'merged' OR main_id IS NOT NULL)
);
CREATE INDEX ideas_state ON participation.ideas (state, idea_id);
CREATE INDEX ideas_newest ON participation.ideas (admitted_at DESC, idea_id DESC) WHERE admitted_at IS NOT NULL;
CREATE INDEX ideas_session ON participation.ideas (session_id, admitted_at DESC);
CREATE INDEX ideas_author ON participation.ideas (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX ideas_main ON participation.ideas (main_id) WHERE main_id IS NOT NULL;
CREATE INDEX ideas_digest ON participation.ideas (body_digest);

-- Each word of a moderator about an idea: which rule, on which day. The days and rules are public, the rest is not.
CREATE TABLE participation.idea_moderations (
    moderation_id  uuid PRIMARY KEY,
    idea_id        uuid NOT NULL REFERENCES participation.ideas (idea_id),
    moderator_id   uuid REFERENCES innovation.people (person_id),
    step           text NOT NULL CHECK (step IN ('hold', 'uphold', 'overturn')),
    rule           text NOT NULL,
    decided_at     timestamptz NOT NULL
);
CREATE INDEX idea_moderations_of ON participation.idea_moderations (idea_id, decided_at);
CREATE INDEX idea_moderations_moderator ON participation.idea_moderations (moderator_id);

-- Support counts once a participant: a person, or a browser, whose key is an HMAC with the key of the hub.
CREATE TABLE participation.idea_supports (
    support_id    uuid PRIMARY KEY,
    idea_id       uuid NOT NULL REFERENCES participation.ideas (idea_id),
    person_id     uuid REFERENCES innovation.people (person_id),
    -- Of a browser, from which repeats are possible: counted apart.
    browser       uuid,
    supported_at  timestamptz NOT NULL,
    UNIQUE (idea_id, person_id),
    UNIQUE (idea_id, browser)
);
CREATE INDEX idea_supports_person ON participation.idea_supports (person_id) WHERE person_id IS NOT NULL;

-- Statements to agree or disagree with: words of an admitted idea, or a seed of those who ask.
CREATE TABLE participation.statements (
    statement_id  uuid PRIMARY KEY,
    session_id    uuid NOT NULL REFERENCES participation.dialogue_sessions (session_id),
    number        integer NOT NULL,
    idea_id       uuid REFERENCES participation.ideas (idea_id),
    text_ar       text NOT NULL CHECK (text_ar <> ''),
    text_en       text NOT NULL CHECK (text_en <> ''),
    UNIQUE (session_id, number)
);
CREATE INDEX statements_idea ON participation.statements (idea_id) WHERE idea_id IS NOT NULL;

CREATE TABLE participation.votings (
    session_id  uuid PRIMARY KEY REFERENCES participation.dialogue_sessions (session_id),
    -- By which the order is drawn in which statements are shown.
    seed        integer NOT NULL,
    opens_at    timestamptz NOT NULL,
    closes_at   timestamptz NOT NULL CHECK (closes_at > opens_at),
    release_id  uuid
);

-- A vote knows no person, no browser and no instant. `voter` is an HMAC of a key that only a browser has, and a random
-- number in its place once they are counted.
CREATE TABLE participation.statement_votes (
    statement_id  uuid NOT NULL REFERENCES participation.statements (statement_id),
    voter         uuid NOT NULL,
    vote          smallint NOT NULL CHECK (vote BETWEEN -1 AND 1),
    PRIMARY KEY (statement_id, voter)
);

GRANT SELECT, INSERT, UPDATE ON participation.dialogue_sessions, participation.summary_amendments, participation.recommendations,
    participation.ideas, participation.idea_moderations, participation.votings,
    participation.statement_votes, participation.idea_supports TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON participation.statements TO falaj_portal;
GRANT DELETE ON participation.recommendations TO falaj_portal;

-- What everybody may read of sessions: never who was there, nor the link to one.
CREATE VIEW open_participation.sessions WITH (security_barrier) AS
SELECT session_id, dialogue_sessions.state, dialogue_sessions.state_changed_at, dialogue_sessions.version, title_ar, title_en,
       question_ar, question_en, decider_id, decider.name_ar AS decider_name_ar, decider.name_en AS decider_name_en,
       governorate, place_ar, place_en, seats, agenda, begins.instant AS begins_at, ends.instant AS ends_at, summary_due.instant AS summary_due_at,
       nullif(recording_link, '') AS recording_link, is_told.summary AS is_summary_open,
       CASE WHEN is_told.summary THEN summary_ar END AS summary_ar, CASE WHEN is_told.summary THEN summary_en END AS summary_en,
       CASE WHEN published_at IS NOT NULL THEN nullif(none_because_ar, '') END AS none_because_ar,
       CASE WHEN published_at IS NOT NULL THEN nullif(none_because_en, '') END AS none_because_en, published_at,
       (SELECT count(*)::integer FROM participation.summary_amendments AS own
        WHERE own.session_id = dialogue_sessions.session_id) AS amendments,
       (SELECT count(*)::integer FROM participation.summary_amendments AS own
        WHERE own.session_id = dialogue_sessions.session_id AND is_taken) AS amendments_taken,
       ARRAY(SELECT own.decision_id FROM participation.recommendations AS own
             WHERE own.session_id = dialogue_sessions.session_id AND own.decision_id IS NOT NULL
             ORDER BY own.created_at, own.decision_id) AS decisions
FROM participation.dialogue_sessions
JOIN innovation.organisations AS decider ON decider.organisation_id = decider_id
CROSS JOIN LATERAL (SELECT dialogue_sessions.state IN ('summary_open', 'published') AS summary) AS is_told
LEFT JOIN innovation.deadlines AS begins ON begins.object_id = session_id AND begins.name = 'begins'
LEFT JOIN innovation.deadlines AS ends ON ends.object_id = session_id AND ends.name = 'ends'
LEFT JOIN innovation.deadlines AS summary_due ON summary_due.object_id = session_id AND summary_due.name = 'summary_due'
WHERE announced_at IS NOT NULL;

-- Ideas that were admitted, with support by where it came from: it is never moved.
CREATE VIEW open_participation.ideas WITH (security_barrier) AS
SELECT idea_id, session_id, state, state_reason, state_changed_at, version, title, body, language, nullif(byline, '') AS byline, governorate,
       admitted_at, main_id,
       (SELECT count(*)::integer FROM participation.idea_supports AS own
        WHERE own.idea_id = ideas.idea_id AND browser IS NULL) AS supports_accounts,
       (SELECT count(*)::integer FROM participation.idea_supports AS own
        WHERE own.idea_id = ideas.idea_id AND browser IS NOT NULL) AS supports_browsers
FROM participation.ideas
WHERE admitted_at IS NOT NULL AND state IN ('open', 'merged', 'answered', 'closed') AND state_reason IS DISTINCT FROM 'withdrawn';

-- What moderators did, by day and rule: never a text, never by whom.
CREATE VIEW open_participation.moderation WITH (security_barrier) AS
SELECT (decided_at AT TIME ZONE 'Asia/Muscat')::date AS decided_on, rule, step, count(*)::integer AS number
FROM participation.idea_moderations GROUP BY 1, 2, 3;

GRANT SELECT ON open_participation.sessions, open_participation.ideas, open_participation.moderation TO falaj_read;
