"""The panel, the decisions that it leads to, and the feedback that is told with them."""
