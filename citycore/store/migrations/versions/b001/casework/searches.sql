-- Who keeps searches, and whether they get mail about what is new.
CREATE TABLE innovation.search_readers (
    person_id   uuid PRIMARY KEY REFERENCES innovation.people (person_id),
    -- Stands in the mails and ends them, whoever has it; it opens nothing else.
    stop_token  text NOT NULL UNIQUE,
    -- When it is looked for news next.
    due_at      timestamptz NOT NULL,
    stopped_at  timestamptz
);
CREATE INDEX search_readers_due ON innovation.search_readers (due_at, person_id) WHERE stopped_at IS NULL;

CREATE TABLE innovation.kept_searches (
    search_id   uuid PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES innovation.people (person_id),
    -- Of what: offerings, calls, …
    kind        text NOT NULL,
    name        text NOT NULL,
    words       text NOT NULL,
    -- {"sector": "energy", …}
    filters     jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    -- What was public by then is no news any more.
    seen_until  timestamptz NOT NULL,
    UNIQUE (person_id, kind, words, filters)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.search_readers, innovation.kept_searches TO falaj_portal;
