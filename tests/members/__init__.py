"""Tests of members: phones and passwords, registration, login, moves and teams."""
