"""The pure engine: a programme and a book in, lines out. No clock, file, network or randomness."""
