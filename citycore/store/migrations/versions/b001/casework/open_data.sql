-- What everybody may read of the innovation programme. The role of the open data sees these views and
-- none of the tables behind them; they are barriers, so that no clever condition looks behind them either.
-- States are listed: one that is new is not public until it stands here.
CREATE SCHEMA open_innovation;

GRANT USAGE ON SCHEMA open_innovation TO falaj_read;
