"""A workflow definition as data: the models that parse, check and document what people post.

Shape only: which properties exist, their types and their limits (reference, 'Limits & Quotas'; docs/workflows.md).
What needs more than one property to be judged is in `engine/validation.py`, which is also the only way in: the engine
trusts a definition that passed. The OpenAPI document is generated from these same models.

`workflow.py` has the whole and its states, `transitions.py` how a state is left, `logic.py` what it does, `halts.py`
what it asks of people, `values.py` what a single value may be.
"""
