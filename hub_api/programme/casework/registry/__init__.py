"""The vocabulary for everybody, and the registry for those who keep it."""
