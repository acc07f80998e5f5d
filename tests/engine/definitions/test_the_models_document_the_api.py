"""The models feed the OpenAPI document: every property is described, and the example is a good definition."""

from interactor.engine.definition.workflow import Definition
from tests.engine.definitions.samples import check

SCHEMA = Definition.model_json_schema()


def test_every_property_and_every_model_is_described():
    models = {"Definition": SCHEMA, **SCHEMA["$defs"]}
    silent = [name for name, model in models.items() if not model.get("description")]
    silent += [
        f"{name}.{property}"
        for name, model in models.items()
        for property, schema in model["properties"].items()
        if not schema.get("description")
    ]
    assert silent == []


def test_the_example_has_neither_errors_nor_warnings():
    outcome = check(SCHEMA["examples"][0])
    assert (outcome.errors, outcome.warnings) == ([], [])


def test_unknown_properties_are_excluded():
    assert all(model["additionalProperties"] is False for model in [SCHEMA, *SCHEMA["$defs"].values()])
