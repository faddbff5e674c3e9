"""Analyses: a declared question and the analysis table in, result rows out."""
