"""What any answer needs: formats, lists, exports, limits, problems, the database."""
