"""Alerts of sensors as programmes for people meet them: as grounds of decisions, and as mails. Rules are the city's."""
