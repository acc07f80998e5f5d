"""Figures, measured: `make bench` prints them as a table (docs/performance.md says what they mean)."""
