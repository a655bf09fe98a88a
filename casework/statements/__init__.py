"""Statements to agree or disagree with: shown to each in an order of their own, counted once, by nobody before the end."""
