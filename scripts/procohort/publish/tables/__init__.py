"""Tables: one module per kind, HTML for people and CSV for machines."""
