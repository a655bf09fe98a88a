"""Polls, surveys and the evaluation of services: asked, answered by nobody who can be found, counted, decided about."""
