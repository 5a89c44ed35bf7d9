"""A replica of four websites on loopback; README.md says what it holds."""
