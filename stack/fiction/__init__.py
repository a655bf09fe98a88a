"""The innovation programme of the demo: invented people, hackathons and ambassadors, told through the services."""
