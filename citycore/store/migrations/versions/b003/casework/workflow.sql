-- A deadline in working time that stands still has so many working minutes left; its instant is then the year 9000, which
-- never comes, so that whoever compares instants need not know of it.
ALTER TABLE innovation.deadlines
    ADD COLUMN minutes_left integer CHECK (minutes_left >= 0),
    ADD CONSTRAINT deadlines_standing_still CHECK ((minutes_left IS NOT NULL) = (instant = '9000-01-01T00:00:00Z'));
