"""The console's pages, each in a file named for its subject."""
