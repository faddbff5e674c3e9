"""Figures: one module per kind. Matplotlib is imported in this folder and nowhere else."""
