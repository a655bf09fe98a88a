"""What everybody can find, of all nouns: what they contribute, how it is kept, and how words find it."""
