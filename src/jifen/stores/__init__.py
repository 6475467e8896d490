"""Stores, what they are owed, who holds shares or is a partner of them, and who has which territory (S1)."""
