"""The document is what it says it is, is the same each time, and costs nothing to those who do not ask for it."""

import hashlib
import json
import os
import subprocess
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.openapi.documented import DOCUMENT
from tests.world import World


def run(code: str) -> str:
    """What a fresh interpreter prints, whose sets and dictionaries hash in their own way."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_it_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_reference_leads_somewhere_and_every_component_is_referred_to() -> None:
    text = json.dumps(DOCUMENT)
    for kind, components in DOCUMENT["components"].items():
        if kind != "securitySchemes":
            for name in components:
                assert f'"#/components/{kind}/{name}"' in text, name


def test_anybody_may_read_it_and_it_has_no_envelope(world: World) -> None:
    answered = world.get("/openapi.json", as_=None)
    assert answered.status == 200
    assert answered.json == json.loads(json.dumps(DOCUMENT))


def test_it_is_the_same_text_in_another_process() -> None:
    code = (
        "import hashlib, json; from interactor.api.openapi.document import document;"
        "print(hashlib.sha256(json.dumps(document()).encode()).hexdigest())"
    )
    assert run(code) == hashlib.sha256(json.dumps(DOCUMENT).encode()).hexdigest()


def test_the_functions_do_not_import_it() -> None:
    code = (
        "import sys, functions.definitions.app, functions.instances.app, functions.auth.app;"
        "print([name for name in ('openapi', 'schemas', 'examples') if f'interactor.api.{name}' in sys.modules])"
    )
    assert run(code) == "[]"
