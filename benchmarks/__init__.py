"""Measurements, apart from the tests: ratios beside a named peer in the same run."""
