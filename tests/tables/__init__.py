"""Tests of books and results on disk."""
