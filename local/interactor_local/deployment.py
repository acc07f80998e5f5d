"""Deploys `template.yaml` to the emulator through CloudFormation, as `sam package` and `sam deploy` do to AWS."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STACK = "interactor"
_PACKAGES_BUCKET = "interactor-packages"
_TEMPLATE_KEY = "template.yaml"
_LOCATION = re.compile(r"^(?P<head>\s+(?:CodeUri|ContentUri):\s+)(?P<path>\S+)\s*$", re.MULTILINE)
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_POLL_SECONDS = 0.05


class DeploymentFailed(Exception):
    """CloudFormation refused; the message lists the resources that failed and why."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The boto3 clients that a deployment needs."""

    cloudformation: Any
    s3: Any


def deploy(clients: Clients, template: str, packages: dict[str, Path], parameters: dict[str, str]) -> dict[str, str]:
    """Create the stack, or update it to this template and these parameters. Returns the stack's outputs.

    `packages` holds an archive for each path that the template names as CodeUri or ContentUri. Raises DeploymentFailed.
    """
    arguments = {
        "StackName": STACK,
        "TemplateURL": _packaged(clients.s3, template, packages),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    cloudformation = clients.cloudformation
    if _status(cloudformation) == "ROLLBACK_COMPLETE":  # the first deployment failed: nothing is left but its name
        cloudformation.delete_stack(StackName=STACK)
        _settled(cloudformation)
    if _status(cloudformation) in {None, "DELETE_COMPLETE"}:
        cloudformation.create_stack(**arguments)
    else:
        try:
            cloudformation.update_stack(**arguments)
        except cloudformation.exceptions.ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
    status = _settled(cloudformation)
    if status not in _DONE:
        raise DeploymentFailed(f"the stack is {status}:\n{_failures(cloudformation)}")
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _packaged(s3: Any, template: str, packages: dict[str, Path]) -> str:
    """The address of the template, with every local path replaced by the place in S3 that its archive is uploaded to.

    A template over 51,200 bytes must be in S3 itself
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).
    """
    s3.create_bucket(Bucket=_PACKAGES_BUCKET)
    stored = {item["Key"] for item in s3.list_objects_v2(Bucket=_PACKAGES_BUCKET).get("Contents", [])}
    needed = {archive.name for archive in packages.values()}
    for archive in packages.values():
        if archive.name not in stored:
            s3.put_object(Bucket=_PACKAGES_BUCKET, Key=archive.name, Body=archive.read_bytes())
    for key in stored - needed:
        s3.delete_object(Bucket=_PACKAGES_BUCKET, Key=key)

    def in_s3(match: re.Match[str]) -> str:
        path = match["path"]
        if path not in packages:
            raise DeploymentFailed(f"template.yaml names {path}, which is not there")
        return f"{match['head']}s3://{_PACKAGES_BUCKET}/{packages[path].name}"

    body = _LOCATION.sub(in_s3, template)
    s3.put_object(Bucket=_PACKAGES_BUCKET, Key=_TEMPLATE_KEY, Body=body.encode("utf-8"))
    return f"{s3.meta.endpoint_url}/{_PACKAGES_BUCKET}/{_TEMPLATE_KEY}"


def _status(cloudformation: Any) -> str | None:
    try:
        status: str = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except cloudformation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return status


def _settled(cloudformation: Any) -> str | None:
    while str(status := _status(cloudformation)).endswith("_IN_PROGRESS"):
        time.sleep(_POLL_SECONDS)
    return status


def _failures(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    )
