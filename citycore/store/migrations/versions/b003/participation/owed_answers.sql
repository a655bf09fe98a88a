-- Everything published that owes somebody a decision, and until when: a branch for each system, over its own tables. What is
-- past due stands on the public page as decided or overdue; whoever asks this view and the decisions knows.
CREATE VIEW participation.owed_answers AS
SELECT kind, object_id, due_at FROM (VALUES (NULL::text, NULL::uuid, NULL::timestamptz)) AS none (kind, object_id, due_at)
WHERE false;

GRANT SELECT ON participation.owed_answers TO falaj_portal;
