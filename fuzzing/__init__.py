"""Coverage-guided fuzzing of everything that reads tenants' text (docs/attacks.md)."""
