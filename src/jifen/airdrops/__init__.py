"""What airdrops have given out of their cap, day by day, and what members walk (S2-16 … S2-46)."""
