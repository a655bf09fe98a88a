-- How many of each kind can be found in each governorate: counted by the worker whenever the index has changed, since a map
-- that counts a hundred thousand rows itself is slow.
CREATE TABLE open_innovation.search_counts (
    governorate  text NOT NULL,
    kind         text NOT NULL,
    number       integer NOT NULL,
    PRIMARY KEY (governorate, kind)
);
INSERT INTO open_innovation.search_counts (governorate, kind, number)
SELECT governorate, kind, count(*) FROM open_innovation.search CROSS JOIN LATERAL unnest(governorates) AS one (governorate)
GROUP BY governorate, kind;

GRANT SELECT, INSERT, UPDATE, DELETE ON open_innovation.search_counts TO falaj_portal;
GRANT SELECT ON open_innovation.search_counts TO falaj_read;
