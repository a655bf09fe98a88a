-- count_live --
-- Things that reported within the window.
SELECT count(DISTINCT datastreams.thing_id)
FROM latest
JOIN datastreams USING (datastream_id)
WHERE latest.phenomenon_time >= %(since)s
