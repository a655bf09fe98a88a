"""Pages of ambassadors, activities and certificates."""
