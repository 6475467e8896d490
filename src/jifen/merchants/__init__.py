"""Merchants apply on the phone, an operator or the centre of the area reviews, and a store begins (S2-59)."""
