"""The OpenAPI document; `document.py` puts it together. Slow to import: only `GET /openapi.json` does."""
