"""Benchmarks: commands that print ratios. No test depends on a time."""
