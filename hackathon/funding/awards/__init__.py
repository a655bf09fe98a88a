"""What is granted: awards, milestones with evidence, claims, payments, and what everybody reads of them."""
