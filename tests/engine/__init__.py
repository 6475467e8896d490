"""Tests of the engine: each rule against the loop that a reader would write first."""
