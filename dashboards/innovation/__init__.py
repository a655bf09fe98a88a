"""What is going on in innovation and participation? What the programmes have published."""
