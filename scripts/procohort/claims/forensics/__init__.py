"""What printed figures say about each other, before any data are looked at."""
