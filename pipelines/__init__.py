"""From what was read to what is stored: one job per file, in the order of settings.py."""
