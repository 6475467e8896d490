"""A plain second computation of the release programme, written from the texts alone."""
