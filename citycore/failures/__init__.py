"""What jobs could not do: kept with its reason, counted, shown, and tried again later."""
