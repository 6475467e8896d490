"""Members: people, login, who brought whom, privacy; and the operators of the console."""
