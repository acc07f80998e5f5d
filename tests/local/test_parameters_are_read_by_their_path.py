"""`interactor_local.emulator.parameters`: which resource a role must be allowed to read parameters by their path."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from interactor_local.building import PROJECT

ASK = """
from ministack.core import iam_actions
body = b'{"Path": "/interactor/prod/secrets/acme", "WithDecryption": true}'
headers = {"x-amz-target": "AmazonSSM.GetParametersByPath"}
print(iam_actions.extract_resource_arn("ssm", "POST", "/", headers, body, {}, "eu-west-1", "123456789012"))
"""
CORRECT = "from interactor_local.emulator import parameters; parameters.correct()"


def resource(code: str) -> str:
    python = PROJECT / ".local" / "emulator" / "bin" / "python"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "local")}
    answer = subprocess.run([python, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def test_the_path_is_the_resource(new_home: Callable[[], Path]) -> None:
    new_home()
    assert resource(CORRECT + ASK) == ("arn:aws:ssm:eu-west-1:123456789012:parameter/interactor/prod/secrets/acme")


def test_the_release_asks_for_everything(new_home: Callable[[], Path]) -> None:
    new_home()
    assert resource(ASK) == "*"
