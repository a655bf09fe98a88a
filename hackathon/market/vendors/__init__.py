"""Companies that sell solutions: what they say of themselves, and the papers by which they are verified."""
