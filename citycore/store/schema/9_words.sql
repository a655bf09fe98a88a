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
