CREATE TABLE innovation.judges (
    judge_id          uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id         uuid NOT NULL REFERENCES innovation.people (person_id),
    -- The most sheets in a round.
    capacity          integer NOT NULL CHECK (capacity > 0),
    -- Challenges that the judge knows about.
    expertise         uuid[] NOT NULL,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX judges_once ON innovation.judges (hackathon_id, person_id)
    WHERE state IN ('invited', 'accepted');
CREATE INDEX judges_of ON innovation.judges (person_id, state);

-- A judge is close to a team, a person or an organisation.
CREATE TABLE innovation.declarations (
    declaration_id  uuid PRIMARY KEY,
    judge_id        uuid NOT NULL REFERENCES innovation.judges (judge_id),
    about           uuid NOT NULL,
    declared_at     timestamptz NOT NULL,
    UNIQUE (judge_id, about)
);

-- What a round looks at: [{"code", "name_en", "name_ar", "weight", "may_be_not_applicable"}], and by how many.
CREATE TABLE innovation.rubrics (
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round             integer NOT NULL CHECK (round > 0),
    criteria          jsonb NOT NULL,
    lowest            numeric NOT NULL,
    highest           numeric NOT NULL,
    step              numeric NOT NULL,
    judges_per_entry  integer NOT NULL CHECK (judges_per_entry > 0),
    -- Whether each challenge is a panel of its own.
    is_by_challenge   boolean NOT NULL,
    PRIMARY KEY (hackathon_id, round)
);

CREATE TABLE innovation.proposals (
    proposal_id   uuid PRIMARY KEY,
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round         integer NOT NULL,
    seed          integer NOT NULL,
    made_at       timestamptz NOT NULL,
    published_at  timestamptz
);
CREATE INDEX proposals_of ON innovation.proposals (hackathon_id, made_at);
CREATE TABLE innovation.proposal_seats (
    proposal_id    uuid NOT NULL REFERENCES innovation.proposals (proposal_id),
    judge_id       uuid NOT NULL REFERENCES innovation.judges (judge_id),
    submission_id  uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    is_bridge      boolean NOT NULL,
    is_new         boolean NOT NULL,
    PRIMARY KEY (proposal_id, judge_id, submission_id)
);

CREATE TABLE innovation.sheets (
    sheet_id          uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    round             integer NOT NULL CHECK (round > 0),
    -- The challenge, or nothing where all are compared.
    track             text NOT NULL,
    submission_id     uuid NOT NULL REFERENCES innovation.submissions (submission_id),
    judge_id          uuid NOT NULL REFERENCES innovation.judges (judge_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Marks by criterion as text, "n/a" where one does not apply.
    marks             jsonb NOT NULL DEFAULT '{}',
    comments          jsonb NOT NULL DEFAULT '{}',
    remark            text NOT NULL DEFAULT '',
    submitted_at      timestamptz
);
CREATE UNIQUE INDEX sheets_once ON innovation.sheets (round, judge_id, submission_id)
    WHERE state NOT IN ('declined', 'recused');
CREATE INDEX sheets_of_round ON innovation.sheets (hackathon_id, round, submission_id);
CREATE INDEX sheets_of_judge ON innovation.sheets (judge_id, round);

GRANT SELECT, INSERT, UPDATE ON innovation.judges, innovation.rubrics, innovation.proposals, innovation.sheets
    TO falaj_portal;
GRANT SELECT, INSERT ON innovation.proposal_seats TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.declarations TO falaj_portal;
