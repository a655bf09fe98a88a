"""Ambassadors: their directory and reach for everybody, their own term, and their coordinators' desk."""
