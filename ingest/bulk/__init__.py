"""Bulk files: one Parquet file for each closed local day of a dataset."""
