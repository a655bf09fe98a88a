"""The question that comes before what cannot be taken back."""
