-- One preparation of results; the newest that is released holds.
CREATE TABLE innovation.result_sets (
    result_set_id  uuid PRIMARY KEY,
    hackathon_id   uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    number         integer NOT NULL CHECK (number > 0),
    prepared_by    uuid,
    prepared_at    timestamptz NOT NULL,
    released_by    uuid,
    released_at    timestamptz,
    UNIQUE (hackathon_id, number)
);

CREATE TABLE innovation.placings (
    result_set_id  uuid NOT NULL REFERENCES innovation.result_sets (result_set_id),
    track          text NOT NULL,
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    place          integer NOT NULL CHECK (place > 0),
    raw_place      integer NOT NULL CHECK (raw_place > 0),
    normalised     numeric NOT NULL,
    raw            numeric NOT NULL,
    spread         numeric,
    sheets         integer NOT NULL,
    -- What sets the place apart from the one above.
    separation     text,
    -- The method, not the jury, decides about this place of the podium.
    is_flagged     boolean NOT NULL,
    PRIMARY KEY (result_set_id, track, submission_id)
);
CREATE INDEX placings_in_order ON innovation.placings (result_set_id, track, place, submission_id);

-- The jury's own order of those who share a place.
CREATE TABLE innovation.panel_decisions (
    decision_id   uuid PRIMARY KEY,
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round         integer NOT NULL,
    track         text NOT NULL,
    ranking       uuid[] NOT NULL,
    reason        text NOT NULL,
    decided_by    uuid,
    decided_at    timestamptz NOT NULL
);
CREATE INDEX panel_decisions_of ON innovation.panel_decisions (hackathon_id, round, track);

CREATE TABLE innovation.appeals (
    appeal_id         uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    team_id           uuid NOT NULL UNIQUE REFERENCES innovation.teams (team_id),
    text              text NOT NULL,
    answer            text,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    filed_at          timestamptz NOT NULL
);
CREATE INDEX appeals_of ON innovation.appeals (hackathon_id, filed_at);

-- What judges' comments are shuffled by; it never leaves the hub.
CREATE TABLE innovation.feedback_seeds (
    hackathon_id  uuid PRIMARY KEY REFERENCES innovation.hackathons (hackathon_id),
    seed          bytea NOT NULL CHECK (octet_length(seed) = 32)
);

-- When everybody can vote, half-open.
CREATE TABLE innovation.ballots (
    hackathon_id  uuid PRIMARY KEY REFERENCES innovation.hackathons (hackathon_id),
    opens_at      timestamptz NOT NULL,
    closes_at     timestamptz NOT NULL CHECK (closes_at > opens_at)
);
-- The people's choice without who chose what: that somebody has voted, so that nobody votes twice,
CREATE TABLE innovation.voters (
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    PRIMARY KEY (hackathon_id, person_id)
);
CREATE INDEX voters_of ON innovation.voters (person_id);
-- and how many votes a submission has; of whom, nobody knows.
CREATE TABLE innovation.vote_counts (
    submission_id  uuid PRIMARY KEY REFERENCES innovation.submissions (submission_id),
    votes          bigint NOT NULL CHECK (votes > 0)
);

-- What becomes of a submission afterwards.
CREATE TABLE innovation.continuations (
    continuation_id  uuid PRIMARY KEY,
    submission_id    uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    kind             text NOT NULL CHECK (kind IN ('funding_call', 'pilot', 'marketplace')),
    reference        text NOT NULL,
    noted_at         timestamptz NOT NULL
);
CREATE INDEX continuations_of ON innovation.continuations (submission_id);

GRANT SELECT, INSERT ON innovation.placings, innovation.panel_decisions, innovation.feedback_seeds,
    innovation.continuations TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.result_sets, innovation.appeals, innovation.ballots TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.voters TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.vote_counts TO falaj_portal;
