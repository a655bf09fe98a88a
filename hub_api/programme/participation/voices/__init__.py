"""Pages and programs of complaints, suggestions and notes on quality."""
