"""What the pages of the marketplace share: its tabs, its texts, and the vocabularies to choose from."""
