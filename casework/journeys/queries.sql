-- ahead --
-- What these have led on to.
SELECT links.kind AS first_kind, links.object_id AS first_object_id, next_kind AS second_kind, next_id AS second_object_id
FROM innovation.journey_links AS links JOIN unnest(%(kinds)s::text[], %(objects)s::uuid[]) AS known (kind, object_id)
    ON known.kind = links.kind AND known.object_id = links.object_id
ORDER BY next_kind, next_id
LIMIT %(rows)s

-- back --
-- What has led to these.
SELECT links.kind AS first_kind, links.object_id AS first_object_id, next_kind AS second_kind, next_id AS second_object_id
FROM innovation.journey_links AS links JOIN unnest(%(kinds)s::text[], %(objects)s::uuid[]) AS known (kind, object_id)
    ON known.kind = next_kind AND known.object_id = next_id
ORDER BY links.kind, links.object_id
LIMIT %(rows)s
