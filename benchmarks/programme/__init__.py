"""An innovation programme of any size, for measuring its pages."""
