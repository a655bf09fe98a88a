"""What kind of day a date is: public holidays of a package, and on top of them what the operator of a hub knows."""
