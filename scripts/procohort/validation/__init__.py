"""Simulated cohorts: how often tests reject when nothing is there, and intervals miss the truth."""
