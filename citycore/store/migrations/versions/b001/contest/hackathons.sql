-- The names of what the hub offers, for a challenge to link; nothing else of it is seen from here.
CREATE VIEW innovation.datasets AS SELECT code, name_ar, name_en FROM public.sources;
CREATE VIEW innovation.things AS SELECT code, name_ar, name_en FROM public.things;

CREATE TABLE innovation.hackathons (
    hackathon_id      uuid PRIMARY KEY,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Its name in addresses.
    code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    summary_ar        text NOT NULL,
    summary_en        text NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('online', 'in_place', 'hybrid')),
    place_ar          text NOT NULL,
    place_en          text NOT NULL,
    is_international  boolean NOT NULL,
    team_members_min  integer NOT NULL CHECK (team_members_min >= 1),
    team_members_max  integer NOT NULL CHECK (team_members_max >= team_members_min),
    rounds            integer NOT NULL CHECK (rounds >= 1),
    -- Rounds of judging that have begun.
    round             integer NOT NULL DEFAULT 0 CHECK (round BETWEEN 0 AND rounds)
);
CREATE INDEX hackathons_newest ON innovation.hackathons (created_at, hackathon_id);
CREATE INDEX hackathons_state ON innovation.hackathons (state, hackathon_id);

CREATE TABLE innovation.challenges (
    challenge_id      uuid PRIMARY KEY,
    hackathon_id      uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    problem_ar        text NOT NULL,
    problem_en        text NOT NULL,
    -- Whom the work belongs to.
    terms             text CHECK (terms IN ('open_source', 'team_keeps', 'shared', 'agency'))
);
CREATE INDEX challenges_of_hackathon ON innovation.challenges (hackathon_id, challenge_id);
CREATE INDEX challenges_of_organisation ON innovation.challenges (organisation_id);
CREATE INDEX challenges_state ON innovation.challenges (state, challenge_id);

-- What a team that takes the challenge may work with; a link goes with what it leads to.
CREATE TABLE innovation.challenge_datasets (
    challenge_id  uuid NOT NULL REFERENCES innovation.challenges (challenge_id),
    source_code   text NOT NULL REFERENCES public.sources (code) ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (challenge_id, source_code)
);
CREATE INDEX challenge_datasets_source ON innovation.challenge_datasets (source_code);
CREATE TABLE innovation.challenge_things (
    challenge_id  uuid NOT NULL REFERENCES innovation.challenges (challenge_id),
    thing_code    text NOT NULL REFERENCES public.things (code) ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (challenge_id, thing_code)
);
CREATE INDEX challenge_things_thing ON innovation.challenge_things (thing_code);

GRANT SELECT ON innovation.datasets, innovation.things TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.hackathons, innovation.challenges TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON innovation.challenge_datasets, innovation.challenge_things TO falaj_portal;
