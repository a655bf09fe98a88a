CREATE TABLE innovation.teams (
    team_id           uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    challenge_id      uuid REFERENCES innovation.challenges (challenge_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    name              text NOT NULL,
    pitch             text NOT NULL,
    -- What it looks for somebody for.
    open_roles        text[] NOT NULL,
    -- SHA-256 of the code to join with.
    code_digest       bytea CHECK (octet_length(code_digest) = 32),
    code_expires_at   timestamptz,
    search_text       text GENERATED ALWAYS AS (normalise_text(name)) STORED,
    CHECK ((code_digest IS NULL) = (code_expires_at IS NULL))
);
CREATE UNIQUE INDEX teams_name ON innovation.teams (hackathon_id, search_text)
    WHERE state NOT IN ('expired', 'withdrawn');
CREATE INDEX teams_of_hackathon ON innovation.teams (hackathon_id, team_id);
CREATE INDEX teams_state ON innovation.teams (state, team_id);
CREATE INDEX teams_challenge ON innovation.teams (challenge_id);
CREATE UNIQUE INDEX teams_code ON innovation.teams (code_digest);

-- Who belongs to a team, did, or may come to. An invitation goes to an address, whoever has it.
CREATE TABLE innovation.team_members (
    member_id         uuid PRIMARY KEY,
    team_id           uuid NOT NULL REFERENCES innovation.teams (team_id),
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id         uuid REFERENCES innovation.people (person_id),
    email             text,
    email_key         text,
    is_captain        boolean NOT NULL,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    joined_at         timestamptz,
    -- When the person left, or the team ended.
    ended_at          timestamptz
);
-- One person, one team in a hackathon.
CREATE UNIQUE INDEX team_members_once ON innovation.team_members (hackathon_id, person_id)
    WHERE state = 'member' AND ended_at IS NULL;
CREATE UNIQUE INDEX team_members_waiting ON innovation.team_members (team_id, person_id)
    WHERE state IN ('requested', 'member');
CREATE UNIQUE INDEX team_members_invited ON innovation.team_members (team_id, email_key) WHERE state = 'invited';
CREATE UNIQUE INDEX team_members_captain ON innovation.team_members (team_id) WHERE is_captain;
CREATE INDEX team_members_in ON innovation.team_members (team_id, state);
CREATE INDEX team_members_of ON innovation.team_members (person_id, state);
CREATE INDEX team_members_invitations ON innovation.team_members (email_key) WHERE state = 'invited';
CREATE INDEX team_members_state ON innovation.team_members (state, member_id)
    WHERE state IN ('invited', 'requested');

CREATE TABLE innovation.team_mentors (
    team_id      uuid NOT NULL REFERENCES innovation.teams (team_id),
    person_id    uuid NOT NULL REFERENCES innovation.people (person_id),
    assigned_at  timestamptz NOT NULL,
    PRIMARY KEY (team_id, person_id)
);
CREATE INDEX team_mentors_of ON innovation.team_mentors (person_id);

GRANT SELECT, INSERT, UPDATE ON innovation.teams TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.team_members, innovation.team_mentors TO falaj_portal;
