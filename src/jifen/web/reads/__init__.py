"""What pages show, read from the other apps into plain data."""
