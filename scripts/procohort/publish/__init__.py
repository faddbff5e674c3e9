"""Views of result rows: tables, figures, pages. Nothing here computes a statistic."""
