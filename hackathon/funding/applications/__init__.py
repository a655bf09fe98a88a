"""Applications for funding: written by several, handed in before the close, screened, and followed to their end."""
