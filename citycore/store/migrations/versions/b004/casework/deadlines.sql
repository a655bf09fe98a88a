CREATE INDEX deadlines_instant ON innovation.deadlines (instant);

-- Whose dates count, and the name of one that does not: those of what is called off do not, nor while a hackathon is postponed
-- and the next ones are still being planned, nor of a round that a call has not, nor the end of a standstill that was broken
-- off. "IS TRUE" keeps the planner from the indexes of states, where an identifier is looked for state by state.
CREATE VIEW innovation.dated AS
SELECT 'need' AS kind, need_id AS object_id, code, title_ar, title_en,
       CASE WHEN state IN ('standstill', 'awarded') THEN '' ELSE 'standstill_ends' END AS void_name
FROM innovation.needs
WHERE (state IN ('published', 'qa_closed', 'suspended', 'closed', 'evaluating', 'standstill', 'awarded', 'matched',
                 'none_suitable')) IS TRUE
UNION ALL
SELECT 'call', call_id, code, title_ar, title_en, CASE rounds WHEN 2 THEN '' ELSE 'second_closes' END
FROM innovation.calls
WHERE (state IN ('forecasted', 'open', 'closed', 'reviewing', 'second_open', 'second_closed', 'decided', 'announced',
                 'archived')) IS TRUE
UNION ALL
SELECT 'hackathon', hackathon_id, code, title_ar, title_en, ''
FROM innovation.hackathons
WHERE (state IN ('announced', 'registration_open', 'team_formation_closed', 'running', 'submissions_closed', 'screening',
                 'judging', 'deliberation', 'results_provisional', 'results_final', 'archived')) IS TRUE;

CREATE VIEW innovation.dates AS
SELECT dated.kind, dated.object_id, dated.code, dated.title_ar, dated.title_en, deadline.name, deadline.instant, deadline.zone,
       coalesce(moved.extensions, '[]') AS extensions
FROM innovation.dated
JOIN innovation.deadlines AS deadline ON deadline.object_id = dated.object_id AND deadline.name <> dated.void_name
LEFT JOIN innovation.moved_deadlines AS moved
    ON moved.object_id = deadline.object_id AND moved.name = deadline.name;

CREATE OR REPLACE VIEW open_innovation.deadlines WITH (security_barrier) AS
SELECT object_id AS hackathon_id, code, title_ar, title_en, name, instant, zone, extensions
FROM innovation.dates WHERE kind = 'hackathon';
CREATE OR REPLACE VIEW open_innovation.call_deadlines WITH (security_barrier) AS
SELECT object_id AS call_id, code, title_ar, title_en, name, instant, zone, extensions
FROM innovation.dates WHERE kind = 'call';
CREATE OR REPLACE VIEW open_innovation.need_deadlines WITH (security_barrier) AS
SELECT object_id AS need_id, code, title_ar, title_en, name, instant, zone, extensions
FROM innovation.dates WHERE kind = 'need';

-- The same in the order of time. Whose a date is and what was moved is asked date by date, in the order of the index, and
-- only as far as a page goes.
CREATE VIEW open_innovation.dates WITH (security_barrier) AS
SELECT told.kind, deadline.object_id, told.code, told.title_ar, told.title_en, deadline.name, deadline.instant,
       deadline.zone,
       coalesce((SELECT extensions FROM innovation.moved_deadlines AS moved
                 WHERE moved.object_id = deadline.object_id AND moved.name = deadline.name), '[]') AS extensions
FROM innovation.deadlines AS deadline
CROSS JOIN LATERAL (
    SELECT * FROM innovation.dated WHERE dated.object_id = deadline.object_id AND dated.void_name <> deadline.name LIMIT 1
) AS told
ORDER BY deadline.instant, told.code, deadline.name, told.kind;
GRANT SELECT ON open_innovation.dates TO falaj_read;
