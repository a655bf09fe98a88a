"""Cases of any noun, as their staff and whoever asked have them before them."""
