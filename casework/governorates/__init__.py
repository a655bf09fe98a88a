"""The eleven governorates of Oman, by which reach and initiatives are counted."""
