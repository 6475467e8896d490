"""Leases: bank transfers that become lease credit, devices and their signed agreements (S0-06 … S0-12, S0-58)."""
