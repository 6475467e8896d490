"""Sales companies: who applies to be an agent, what agents report, how their months were reviewed (S0-32 … S0-55)."""
