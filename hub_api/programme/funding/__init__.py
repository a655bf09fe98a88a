"""Pages of research funding."""
