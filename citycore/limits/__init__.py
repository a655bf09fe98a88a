"""Limits as data: who says from which value on something is good, bad or against the law, with words and colours."""
