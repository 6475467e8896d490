"""Operation centres: who applies, who reviews, what their areas sell and bring (S2-13 … S2-15, S2-56 … S2-58)."""
