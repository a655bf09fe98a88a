-- Whoever imports a registry has the planner count its tables anew afterwards, rather than when autovacuum comes round: those that rows
-- go to by an import or by its triggers. The right covers VACUUM and REINDEX, too, and no row.
GRANT MAINTAIN ON sources, things, thing_locations, locations, location_links, historical_locations, historical_location_links,
    datastreams, datastream_intervals TO falaj_registry;
