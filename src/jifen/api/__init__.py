"""The interface for other programs, version 1: signed requests, plain JSON, described as OpenAPI."""
