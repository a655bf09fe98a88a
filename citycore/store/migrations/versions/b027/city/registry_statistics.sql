-- After a large import ANALYZE is run at once and not when autovacuum comes round, on the tables to which an import or its triggers add rows.
-- The right covers VACUUM and REINDEX too, and reads no row.
GRANT MAINTAIN ON sources, things, thing_locations, locations, location_links, historical_locations, historical_location_links,
    datastreams, datastream_intervals TO falaj_registry;
