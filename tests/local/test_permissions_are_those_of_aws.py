"""`interactor_local.emulator.language_models`: a role that may invoke a model may converse with it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from interactor_local.building import PROJECT

_ASK = """
from ministack.core import iam_actions
{correction}
print(iam_actions.extract_iam_action("bedrock-runtime", "POST", "/model/some.model-v1/converse", {{}}, b"{{}}", {{}}))
"""


def permission(home: Path, correction: str = "") -> str:
    """What the emulator asks for, in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "local"), "STATE_DIR": str(home)}
    command = [str(PROJECT / ".local/emulator/bin/python"), "-c", _ASK.format(correction=correction)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_converse_needs_invoke_model(new_home: Callable[[], Path]) -> None:
    correction = "from interactor_local.emulator import language_models; language_models.correct()"
    assert permission(new_home(), correction) == "bedrock:InvokeModel"


def test_the_release_asks_for_another(new_home: Callable[[], Path]) -> None:
    assert permission(new_home()) == "bedrock:Converse"
