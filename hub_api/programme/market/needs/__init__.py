"""Needs of agencies, for everybody, for those who write them and for the programme."""
