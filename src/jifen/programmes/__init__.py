"""Programmes: stored versions of programme documents, their approval, and declared values."""
