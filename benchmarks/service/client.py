"""A process that calls an API: python -m benchmarks.service.client MODULE WORDS…; its settings: the environment."""

import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    import_module(f"benchmarks.service.{sys.argv[1]}").main(*sys.argv[2:])
