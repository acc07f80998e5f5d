"""Interactor: workflows with people in them. `docs/architecture.md` says how the parts fit together."""
