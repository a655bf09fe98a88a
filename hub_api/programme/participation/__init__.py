"""What the programme of participation shows to everybody."""
