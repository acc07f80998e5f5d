"""The one factory of AWS clients, so that time-outs, retries and the fault hooks of the tests are the same everywhere.

Clients are made with botocore alone: boto3's resources are not used and cost a tenth of a cold start. Region,
credentials and `AWS_ENDPOINT_URL` come from the environment, as Lambda and the local stack set them.
"""

import gzip
import json
import os
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session, get_session

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,  # calls take milliseconds: after this long the answer is lost and the call is to be repeated
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=32,  # a list reads its partitions side by side
    parameter_validation=False,  # the shapes are fixed in storage/; checking them again is a fifth of a call's CPU
)

_OWN_CONFIGS = {
    # Links sign headers: only version 4 can.
    "s3": Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    # A person waits for the text: 5 seconds in all, and no second try (`engine/work.py`).
    "bedrock-runtime": Config(connect_timeout=1, read_timeout=4, retries={"total_max_attempts": 1}),
}


class _Files(JSONFileLoader):
    """botocore's JSON files as plain dictionaries, which are read in half the time of `OrderedDict`s."""

    def load_file(self, file_path: str) -> Any:
        for ending, unpacked in ((".json", bytes), (".json.gz", gzip.decompress)):
            if os.path.isfile(file_path + ending):
                with open(file_path + ending, "rb") as file:
                    return json.loads(unpacked(file.read()))
        return None


class _Models(Loader):
    """botocore's service models, without opening the folders of all 400 services to make the client of one."""

    def list_available_services(self, type_name: str) -> list[str]:
        return os.listdir(self.BUILTIN_DATA_PATH)


@cache
def _session() -> Session:
    session = get_session()
    session.register_component("data_loader", _Models(file_loader=_Files()))
    return session


@cache
def client(service: str) -> Any:
    """The process's client of one AWS service (`dynamodb`, `bedrock-runtime` …), made at first use."""
    return _session().create_client(service, config=_CONFIG.merge(_OWN_CONFIGS.get(service, Config())))
