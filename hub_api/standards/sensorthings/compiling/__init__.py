"""From trees to SQL: names come from the model alone, values are bound."""
