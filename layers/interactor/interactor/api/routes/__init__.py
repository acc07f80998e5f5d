"""The operations of the API, a file for each resource; `table.py` has them all."""
