"""Raw tables to one clean analysis table, with everything that was found on the way."""
