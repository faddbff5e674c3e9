"""Statistics as pure functions of arrays: nothing here knows tables, configuration or Snakemake."""
