"""Dates in running text."""
