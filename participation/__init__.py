"""What residents take part in: voices, surveys, dialogue; each a noun over what casework has. No HTTP."""
