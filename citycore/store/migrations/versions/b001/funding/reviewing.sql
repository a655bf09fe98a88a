-- Who is asked to review a call.
CREATE TABLE innovation.reviewers (
    reviewer_id       uuid PRIMARY KEY,
    call_id           uuid NOT NULL REFERENCES innovation.calls (call_id),
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    -- The most reviews in a round.
    capacity          integer NOT NULL CHECK (capacity > 0),
    -- Words for what the reviewer knows about, as the programme wrote them.
    topics            text[] NOT NULL,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX reviewers_once ON innovation.reviewers (call_id, person_id)
    WHERE state IN ('invited', 'accepted');
CREATE INDEX reviewers_of ON innovation.reviewers (person_id, state);

-- A reviewer is close to somebody: an address or the name of an organisation as it was typed and made comparable, or an
-- application that the reviewer recognised. Names are compared anew each time: nobody is looked up for the reviewer.
CREATE TABLE innovation.reviewer_declarations (
    declaration_id  uuid PRIMARY KEY,
    reviewer_id     uuid NOT NULL REFERENCES innovation.reviewers (reviewer_id),
    kind            text NOT NULL CHECK (kind IN ('address', 'organisation', 'application')),
    words           text NOT NULL DEFAULT '',
    application_id  uuid REFERENCES innovation.applications (application_id),
    declared_at     timestamptz NOT NULL,
    CHECK ((kind = 'application') = (application_id IS NOT NULL)),
    CHECK ((kind = 'application') = (words = '')),
    UNIQUE NULLS NOT DISTINCT (reviewer_id, kind, words, application_id)
);
CREATE INDEX reviewer_declarations_application ON innovation.reviewer_declarations (application_id);
CREATE INDEX reviewer_declarations_words ON innovation.reviewer_declarations (words) WHERE kind = 'address';

-- What reviewers read instead of an application. The code stands in for its reference, and is random.
CREATE TABLE innovation.anonymised_copies (
    copy_id         uuid PRIMARY KEY,
    call_id         uuid NOT NULL REFERENCES innovation.calls (call_id),
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    round           integer NOT NULL CHECK (round IN (1, 2)),
    -- The version that it was made from.
    number          integer NOT NULL CHECK (number > 0),
    code            text NOT NULL CHECK (code ~ '^[0-9a-hjkmnp-tv-z]{6}$'),
    version         integer NOT NULL DEFAULT 1,
    is_blind        boolean NOT NULL,
    -- {"title", "summary", "answers": {code: text}, "amount_minor"}; what is blank was blanked, and stays so.
    content         jsonb NOT NULL,
    prepared_by     uuid REFERENCES innovation.people (person_id),
    prepared_at     timestamptz NOT NULL,
    released_by     uuid REFERENCES innovation.people (person_id),
    released_at     timestamptz,
    UNIQUE (application_id, round),
    UNIQUE (call_id, code)
);

-- Files that were passed on: under names of ours, without what they say about themselves.
CREATE TABLE innovation.copied_files (
    copy_id     uuid NOT NULL REFERENCES innovation.anonymised_copies (copy_id),
    place       integer NOT NULL CHECK (place > 0),
    file_id     uuid NOT NULL REFERENCES innovation.application_files (file_id),
    name        text NOT NULL,
    media_type  text NOT NULL,
    size_bytes  bigint NOT NULL CHECK (size_bytes > 0),
    digest      bytea NOT NULL CHECK (octet_length(digest) = 32),
    PRIMARY KEY (copy_id, place),
    UNIQUE (copy_id, file_id)
);
CREATE INDEX copied_files_file ON innovation.copied_files (file_id);

-- All that a reviewer may read of an application: listed, and only of what was released. Who applies stands beside it
-- where the call is not blind.
CREATE VIEW innovation.review_copies WITH (security_barrier) AS
SELECT copy_id, call_id, round, code, is_blind,
       content ->> 'title' AS title, content ->> 'summary' AS summary, content -> 'answers' AS answers,
       (content ->> 'amount_minor')::bigint AS amount_minor,
       CASE WHEN NOT is_blind THEN ARRAY(
           SELECT applicants.person_id FROM innovation.applicants
           WHERE applicants.application_id = copies.application_id AND applicants.state = 'member'
           ORDER BY is_lead DESC, joined_at) END AS applicants,
       CASE WHEN NOT is_blind THEN (
           SELECT applications.organisation_id FROM innovation.applications
           WHERE applications.application_id = copies.application_id) END AS organisation_id
FROM innovation.anonymised_copies AS copies
WHERE released_at IS NOT NULL;

CREATE TABLE innovation.review_proposals (
    proposal_id   uuid PRIMARY KEY,
    call_id       uuid NOT NULL REFERENCES innovation.calls (call_id),
    round         integer NOT NULL,
    seed          integer NOT NULL,
    made_at       timestamptz NOT NULL,
    published_at  timestamptz
);
CREATE INDEX review_proposals_of ON innovation.review_proposals (call_id, made_at);
CREATE TABLE innovation.review_seats (
    proposal_id     uuid NOT NULL REFERENCES innovation.review_proposals (proposal_id),
    reviewer_id     uuid NOT NULL REFERENCES innovation.reviewers (reviewer_id),
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    is_bridge       boolean NOT NULL,
    is_new          boolean NOT NULL,
    PRIMARY KEY (proposal_id, reviewer_id, application_id)
);

CREATE TABLE innovation.reviews (
    review_id         uuid PRIMARY KEY,
    call_id           uuid NOT NULL REFERENCES innovation.calls (call_id),
    round             integer NOT NULL CHECK (round IN (1, 2)),
    application_id    uuid NOT NULL REFERENCES innovation.applications (application_id),
    reviewer_id       uuid NOT NULL REFERENCES innovation.reviewers (reviewer_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Marks by criterion as text, "n/a" where one does not apply.
    marks             jsonb NOT NULL DEFAULT '{}',
    -- For the panel and for the applicant.
    remark            text NOT NULL DEFAULT '',
    advice            text NOT NULL DEFAULT '',
    confidence        text CHECK (confidence IN ('low', 'medium', 'high')),
    recommendation    text CHECK (recommendation IN ('fund', 'fund_with_changes', 'do_not_fund')),
    opened_at         timestamptz,
    submitted_at      timestamptz
);
CREATE UNIQUE INDEX reviews_once ON innovation.reviews (application_id, round, reviewer_id) WHERE state <> 'recused';
CREATE INDEX reviews_of_call ON innovation.reviews (call_id, round, application_id);
CREATE INDEX reviews_of_reviewer ON innovation.reviews (reviewer_id);

-- A panel begins over what was reviewed, also a second time for what came later; why, where a review was missing.
CREATE TABLE innovation.review_panels (
    call_id   uuid NOT NULL REFERENCES innovation.calls (call_id),
    round     integer NOT NULL CHECK (round IN (1, 2)),
    begun_at  timestamptz NOT NULL,
    begun_by  uuid REFERENCES innovation.people (person_id),
    missing   integer NOT NULL CHECK (missing >= 0),
    why       text NOT NULL DEFAULT '',
    CHECK (missing = 0 OR why <> ''),
    PRIMARY KEY (call_id, round, begun_at)
);
CREATE TABLE innovation.panel_notes (
    note_id         uuid PRIMARY KEY,
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    round           integer NOT NULL CHECK (round IN (1, 2)),
    note            text NOT NULL,
    written_by      uuid REFERENCES innovation.people (person_id),
    written_at      timestamptz NOT NULL
);
CREATE INDEX panel_notes_of ON innovation.panel_notes (application_id, written_at);

-- What goes with a decision; it counts from when it is told.
CREATE TABLE innovation.funding_decisions (
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    round           integer NOT NULL CHECK (round IN (1, 2)),
    decision_id     uuid PRIMARY KEY REFERENCES innovation.decisions (decision_id),
    event           text NOT NULL,
    -- In minor units of the call's currency.
    amount_minor    bigint CHECK (amount_minor > 0),
    conditions_ar   text NOT NULL DEFAULT '',
    conditions_en   text NOT NULL DEFAULT '',
    decided_at      timestamptz
);
CREATE INDEX funding_decisions_of ON innovation.funding_decisions (application_id, decided_at);
-- What applicants get to read, for good: {"reviews", "criteria": [{"code", "name_ar", "name_en", "mean"}], "advice": [text]}.
CREATE TABLE innovation.application_feedback (
    application_id  uuid NOT NULL REFERENCES innovation.applications (application_id),
    round           integer NOT NULL CHECK (round IN (1, 2)),
    content         jsonb NOT NULL,
    released_at     timestamptz NOT NULL,
    PRIMARY KEY (application_id, round)
);

GRANT SELECT, INSERT, UPDATE ON innovation.reviewers, innovation.anonymised_copies, innovation.review_proposals,
    innovation.reviews TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.reviewer_declarations, innovation.copied_files,
    innovation.funding_decisions TO falaj_portal;
GRANT SELECT, INSERT ON innovation.review_seats, innovation.review_panels, innovation.panel_notes,
    innovation.application_feedback TO falaj_portal;
GRANT SELECT ON innovation.review_copies TO falaj_portal;
