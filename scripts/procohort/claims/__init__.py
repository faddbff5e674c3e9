"""Printed statements of a paper, and what the data say about each of them."""
