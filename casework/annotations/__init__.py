"""Annotations: what officers write on the time line, so that whoever reads a chart later knows what went on."""
