-- Which letters are of a source, and which can be sent again: its topics outside of its namespace say it.
GRANT SELECT (code, topic_filters) ON sources TO falaj_admin;
