"""The one page of a run: what the paper claims, what the data show, and why they differ."""
