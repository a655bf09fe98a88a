-- What a job set aside, so that the rest could go on: a forecast, a file, a step, or, with an empty subject,
-- the job itself. The row goes when it is done at last.
CREATE TABLE failures (
    job       text NOT NULL,
    subject   text NOT NULL,
    reason    text NOT NULL,
    -- That failed; 0 while the first is under way.
    attempts  integer NOT NULL,
    first_at  timestamptz NOT NULL,
    last_at   timestamptz NOT NULL,
    -- Nobody tries again before.
    due_at    timestamptz NOT NULL,
    -- An attempt began whose end nobody has told.
    is_begun  boolean NOT NULL,
    PRIMARY KEY (job, subject)
);

-- What everybody may know of it.
CREATE VIEW failure_counts AS
SELECT job, count(*) AS failures, bool_or(subject = '') AS is_whole, min(first_at) AS first_at,
       max(last_at) AS last_at
FROM failures
WHERE attempts > 0
GROUP BY job;

-- Bulk files that could not be written, and when it is tried again.
CREATE VIEW bulk_failures AS
SELECT subject, due_at FROM failures WHERE job = 'bulk_files' AND attempts > 0;

GRANT USAGE ON SCHEMA public TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON failures TO falaj_worker, falaj_portal;
GRANT SELECT ON failure_counts, bulk_failures TO falaj_read;
