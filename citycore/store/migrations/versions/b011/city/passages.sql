-- When vehicles were at stops is told as open data by GTFS Realtime.
GRANT SELECT ON transit_passages TO falaj_read;
