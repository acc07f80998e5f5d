"""The one factory of AWS clients, so that time-outs, retries and the fault hooks of the tests are the same everywhere.

Clients are made with botocore alone: boto3's resources are not used and cost a tenth of a cold start. Region,
credentials and `AWS_ENDPOINT_URL` come from the environment, as Lambda and the local stack set them.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

_S3_CONFIG = Config(signature_version="s3v4", s3={"addressing_style": "path"})  # links sign headers: only version 4 can

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,  # calls take milliseconds: after this long the answer is lost and the call is to be repeated
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=32,  # a list reads its partitions side by side
    parameter_validation=False,  # the shapes are fixed in storage/; checking them again is a fifth of a call's CPU
)


@cache
def _session() -> Session:
    return get_session()


@cache
def client(service: str) -> Any:
    """The process's client of one AWS service (`dynamodb`, `sqs`, `s3`, `cognito-idp`), made at first use."""
    config = _CONFIG.merge(_S3_CONFIG) if service == "s3" else _CONFIG
    return _session().create_client(service, config=config)
