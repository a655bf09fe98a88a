"""The candidates: what each says about the hours after an origin."""
