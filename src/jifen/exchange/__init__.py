"""The exchange add-on: accounts at the exchange, order entries, tickets and their price (S0-72 … S0-86)."""
