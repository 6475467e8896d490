"""Facts: what happened, stored with its business day; the rules of one fact run here and post in its transaction."""
