"""The statistics that surveys, dialogue and voices stand on. Pure: no database, no clock, no unseeded chance."""
