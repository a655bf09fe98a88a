-- An instant of an object with a name: the object's workflow opens and closes by it, half-open.
CREATE TABLE innovation.deadlines (
    object_id  uuid NOT NULL,
    name       text NOT NULL CHECK (name ~ '^[a-z][a-z_]{0,62}$'),
    instant    timestamptz NOT NULL,
    -- The zone in which it was announced.
    zone       text NOT NULL,
    PRIMARY KEY (object_id, name)
);

-- Public: each time a deadline was moved, to when, and why.
CREATE TABLE innovation.deadline_extensions (
    extension_id  uuid PRIMARY KEY,
    object_id     uuid NOT NULL,
    name          text NOT NULL,
    previous      timestamptz NOT NULL,
    instant       timestamptz NOT NULL CHECK (instant > previous),
    reason        text NOT NULL,
    extended_by   uuid,
    extended_at   timestamptz NOT NULL,
    FOREIGN KEY (object_id, name) REFERENCES innovation.deadlines (object_id, name)
);
CREATE INDEX deadline_extensions_of ON innovation.deadline_extensions (object_id, extended_at);

-- What was moved, oldest first. Gathered at once for all deadlines of a list, and for one object by the index.
CREATE VIEW innovation.moved_deadlines AS
SELECT object_id, name,
       jsonb_agg(jsonb_build_object(
           'previous', previous, 'instant', instant, 'reason', reason,
           'extended_at', extended_at) ORDER BY extended_at, extension_id) AS extensions
FROM innovation.deadline_extensions
GROUP BY object_id, name;

-- What has been decided and not yet told: prepared by one, released by another together with others.
CREATE TABLE innovation.decisions (
    decision_id     uuid PRIMARY KEY,
    machine         text NOT NULL,
    object_id       uuid NOT NULL,
    prepared_event  text NOT NULL,
    reason          text,
    -- The version of the object that was decided about.
    seen_version    integer NOT NULL,
    prepared_by     uuid,
    prepared_at     timestamptz NOT NULL,
    released_by     uuid,
    released_at     timestamptz,
    withdrawn_at    timestamptz,
    CHECK (released_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX decisions_open ON innovation.decisions (machine, object_id)
    WHERE released_at IS NULL AND withdrawn_at IS NULL;

GRANT SELECT, INSERT ON innovation.deadline_extensions TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.deadlines, innovation.decisions TO falaj_portal;

-- What somebody added to a step, such as the question with which work is sent back; the step itself stands in the log.
CREATE TABLE innovation.step_words (
    machine     text NOT NULL,
    object_id   uuid NOT NULL,
    -- Of the object after the step.
    version     integer NOT NULL,
    event       text NOT NULL,
    words       text NOT NULL CHECK (words <> ''),
    written_by  uuid REFERENCES innovation.people (person_id),
    written_at  timestamptz NOT NULL,
    PRIMARY KEY (machine, object_id, version)
);
CREATE INDEX step_words_by ON innovation.step_words (written_by);

GRANT SELECT, INSERT, DELETE ON innovation.step_words TO falaj_portal;

-- It becomes what was added to the step when the decision is told; nobody whom it concerns sees it before.
CREATE TABLE innovation.decision_words (
    decision_id uuid PRIMARY KEY REFERENCES innovation.decisions (decision_id),
    words       text NOT NULL CHECK (words <> ''),
    written_by  uuid REFERENCES innovation.people (person_id),
    written_at  timestamptz NOT NULL
);
CREATE INDEX decision_words_by ON innovation.decision_words (written_by);

GRANT SELECT, INSERT, DELETE ON innovation.decision_words TO falaj_portal;
