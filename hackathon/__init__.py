"""The innovation programme: hackathons and what belongs to them. No HTTP, no pages."""
