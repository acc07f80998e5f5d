"""The functions of `template.yaml`, each as the text of its app.py. They tell what they see in their answer or in the
journal.
"""

PROBE = """
import json, os, sys, time
from importlib.util import find_spec

def handler(event, context):
    if event["rawPath"] == "/raise":
        raise ValueError("a secret")
    if event["rawPath"] == "/exit":
        os._exit(3)
    if event["rawPath"] == "/hang":
        time.sleep(60)
    if event["rawPath"] == "/wait":
        time.sleep(0.3)
    seen = {
        "process": os.getpid(),
        "environment": sorted(os.environ),
        "in_layer": open(os.environ["IN_LAYER"]).read() if os.path.exists(os.environ["IN_LAYER"]) else None,
        "from_layer": find_spec("words_module") is not None,
        "from_emulator": find_spec("ministack") is not None,
        "parameters": event["pathParameters"],
    }
    print("seen", event["rawPath"])
    return {"statusCode": 200, "body": json.dumps(seen)}
"""

ON_STREAM = """
import json, os

def handler(event, context):
    words = [record["dynamodb"]["NewImage"]["outbox"]["S"] for record in event["Records"]]
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(json.dumps(words) + "\\n")
    for record in event["Records"]:
        if record["dynamodb"]["NewImage"]["outbox"]["S"].startswith("bad"):
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
"""

TOKEN_CLAIMS = """
def handler(event, context):
    asked = (event["request"].get("clientMetadata") or {}).get("scope", "nothing")
    claims = {"claimsToAddOrOverride": {"asked": asked}}
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": claims}}
    return event
"""
