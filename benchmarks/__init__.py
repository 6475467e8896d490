"""How fast a day settles, beside other ways to compute the same day. Run `python -m benchmarks --help`."""
