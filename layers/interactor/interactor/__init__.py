"""Interactor: workflows with people in them. `docs/architecture.md` says how the parts fit together."""

import gc

gc.set_threshold(200_000)
"""Importing a function makes some hundred thousand objects that all stay; looking among them for garbage, at Python's
default of every 700, is a tenth of a cold start. Between calls almost everything is freed by reference counts.
"""
