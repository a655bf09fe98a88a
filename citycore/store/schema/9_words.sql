-- What people add in their own words --------------------------------------------------------

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

-- What people add to a decision that is not told yet ------------------------------------------

-- It becomes what was added to the step when the decision is told; nobody whom it concerns sees it before.
CREATE TABLE innovation.decision_words (
    decision_id uuid PRIMARY KEY REFERENCES innovation.decisions (decision_id),
    words       text NOT NULL CHECK (words <> ''),
    written_by  uuid REFERENCES innovation.people (person_id),
    written_at  timestamptz NOT NULL
);
CREATE INDEX decision_words_by ON innovation.decision_words (written_by);

GRANT SELECT, INSERT, DELETE ON innovation.decision_words TO falaj_portal;
