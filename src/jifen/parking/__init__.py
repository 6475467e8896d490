"""Parking data: sites, devices, their days, and the revenue that feeds the dividend (S0-37, S0-71)."""
