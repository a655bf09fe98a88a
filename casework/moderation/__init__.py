"""Texts of anybody, admitted or held back by published rules: one appeal, another moderator, a public log without texts."""
