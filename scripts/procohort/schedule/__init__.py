"""Schedules of repeated doses: what a regimen plans, and how dates keep to it."""
