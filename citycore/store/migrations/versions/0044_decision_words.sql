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
