"""The profit pool of a programme: its state, what members hold of it, and what orders put into it (S1)."""
