"""Looks for input that nobody thought of: every reader of what comes from outside, fuzzed."""
