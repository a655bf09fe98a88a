"""Pages, programs and open data of participation."""
