"""From rows to what directories and people read."""
