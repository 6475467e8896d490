"""Tests of programmes: versions, their approval, and declared values."""
