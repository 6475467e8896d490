"""Tests of the ledger: behaviour, faults, rights, and a plain model beside it."""
