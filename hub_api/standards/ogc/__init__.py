"""OGC API: Features (Part 1, Part 3 with CQL2) and Environmental Data Retrieval, under ``/ogc``."""
