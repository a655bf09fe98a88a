"""When offices work, and how much of that time has passed. Stands alone: no database, no workflow."""
