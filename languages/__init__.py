"""Languages: their words (one YAML each) and what reads them."""
