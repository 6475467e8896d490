"""Settlement: load the book, settle the day, post it; runs, restarts, and the verifier."""
