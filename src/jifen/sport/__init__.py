"""Walks and runs: recorded by phones and bracelets, checked, and counted as steps (S2-37 … S2-39, S2-44 … S2-49)."""
