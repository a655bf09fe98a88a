"""Pictures of objects: the form on the page of whoever writes an object, and the addresses that pages show them by."""
