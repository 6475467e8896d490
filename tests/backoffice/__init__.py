"""Stories of the operators' console."""
