-- deadlines --
-- Dates that count of hackathons, calls and needs, in the order of time, after one of them.
SELECT instant, code, name, kind, object_id, title_en, title_ar, zone, extensions
FROM (
    SELECT hackathon_id AS object_id, code, title_en, title_ar, name, instant, zone, extensions, 'hackathon' AS kind
    FROM open_innovation.deadlines
    WHERE %(call)s::text IS NULL AND %(need)s::text IS NULL AND (%(hackathon)s::text IS NULL OR code = %(hackathon)s)
    UNION ALL
    SELECT call_id, code, title_en, title_ar, name, instant, zone, extensions, 'call'
    FROM open_innovation.call_deadlines
    WHERE %(hackathon)s::text IS NULL AND %(need)s::text IS NULL AND (%(call)s::text IS NULL OR code = %(call)s)
    UNION ALL
    SELECT need_id, code, title_en, title_ar, name, instant, zone, extensions, 'need'
    FROM open_innovation.need_deadlines
    WHERE %(hackathon)s::text IS NULL AND %(call)s::text IS NULL AND (%(need)s::text IS NULL OR code = %(need)s)
) AS dates
WHERE (%(after_instant)s::timestamptz IS NULL
       OR (instant, code, name, kind) > (%(after_instant)s, %(after_code)s, %(after_name)s, %(after_kind)s))
  AND (%(start)s::timestamptz IS NULL OR instant >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR instant < %(end)s)
ORDER BY instant, code, name, kind
LIMIT %(rows)s

-- short_deadlines --
-- A few of all of them, sooner. The view is in this order already, and the planner keeps to its index, as far as the page
-- goes, only if nothing sorts the view again; what was taken from it is sorted for good.
SELECT instant, code, name, kind, object_id, title_en, title_ar, zone, extensions
FROM (
    SELECT instant, code, name, kind, object_id, title_en, title_ar, zone, extensions
    FROM open_innovation.dates
    WHERE name = ANY (%(names)s::text[])
      AND (%(after_instant)s::timestamptz IS NULL
           OR (instant, code, name, kind) > (%(after_instant)s, %(after_code)s, %(after_name)s, %(after_kind)s))
      -- A range of the index, whatever of it is null.
      AND instant >= greatest(%(after_instant)s::timestamptz, %(start)s::timestamptz, '-infinity')
      AND instant < least(%(end)s::timestamptz, 'infinity')
    LIMIT (SELECT %(rows)s::bigint)
) AS dates
ORDER BY instant, code, name, kind

-- version --
-- What changes with anything that these lists say.
SELECT (SELECT md5(string_agg(md5(row::text), '' ORDER BY hackathon_id)) FROM open_innovation.hackathons AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY hackathon_id, name)) FROM open_innovation.deadlines AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY challenge_id)) FROM open_innovation.challenges AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY organisation_id)) FROM open_innovation.organisations AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY ambassador_id)) FROM open_innovation.ambassadors AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY month, governorate, topic, audience)) FROM open_innovation.ambassador_reach AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY submission_id)) FROM open_innovation.submissions AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY result_set_id)) FROM open_innovation.told_results AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY result_set_id, track, submission_id)) FROM open_innovation.placings AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY hackathon_id, award, track, submission_id)) FROM open_innovation.awards AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY call_id)) FROM open_innovation.calls AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY code)) FROM open_innovation.needs AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY call_id, name)) FROM open_innovation.call_deadlines AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY award_id)) FROM open_innovation.funding_awards AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY vendor_id)) FROM open_innovation.vendors AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY offering_id)) FROM open_innovation.offerings AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY need_id, name)) FROM open_innovation.need_deadlines AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY year, stage)) FROM open_innovation.introductions AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY code)) FROM open_innovation.pilots AS row)
