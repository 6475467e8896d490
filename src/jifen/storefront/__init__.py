"""Stores at work: registered by operators, owned in part by shareholders, with partners and membership cards (S1)."""
