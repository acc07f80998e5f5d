"""Tables: the time-to-live attribute of a template. MiniStack 1.5.33 ignores `TimeToLiveSpecification`, so nothing
would expire.
"""

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def correct() -> None:
    """Make the provisioner apply the setting, on create and on update."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handlers["create"], handlers["update"]

    def create_with_expiry(logical_id: str, properties: Properties, stack: str) -> Any:
        answer = create(logical_id, properties, stack)
        _apply(answer[0], properties)
        return answer

    def update_with_expiry(*arguments: Any, **named: Any) -> Any:
        answer = update(*arguments, **named)
        _apply(answer[0], arguments[2])
        return answer

    handlers["create"], handlers["update"] = create_with_expiry, update_with_expiry


def _apply(table: str, properties: Properties) -> None:
    setting = properties.get("TimeToLiveSpecification")
    if setting:
        enabled = str(setting["Enabled"]).lower() == "true"
        dynamodb._ttl_settings[table] = {
            "TimeToLiveStatus": "ENABLED" if enabled else "DISABLED",
            "AttributeName": setting["AttributeName"],
        }
