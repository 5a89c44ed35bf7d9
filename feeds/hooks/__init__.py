"""Webhooks: tells subscribers of each change, signed, at least once, in order per item."""
