"""What every page of the programme is made of."""
