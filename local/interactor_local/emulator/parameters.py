"""Parameter Store: what a role needs to read parameters by their path. AWS asks whether it may read that path;
MiniStack 1.5.33 asks whether it may read everything (`*`), so that no policy of a path is enough
(https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html).
"""

import json
from typing import Any

from ministack.core import iam_actions


def correct() -> None:
    """Have the path be the resource of GetParametersByPath."""
    resource_of = iam_actions.extract_resource_arn

    def resource_with_path(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        found: str = resource_of(service, method, path, headers, body, query, region, account)
        if service == "ssm" and found == "*" and (wanted := _path_of(body)):
            return f"arn:aws:ssm:{region}:{account}:parameter{wanted}"
        return found

    iam_actions.extract_resource_arn = resource_with_path


def _path_of(body: bytes) -> str | None:
    try:
        request = json.loads(body)
    except ValueError:
        return None
    path = request.get("Path") if isinstance(request, dict) else None
    return path if isinstance(path, str) else None
