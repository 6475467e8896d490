"""Territories: districts, cities and provinces that members buy, sold and taken back by two people (S1-21, S1-22)."""
