"""HTTP APIs: routes from an OpenAPI body, and failures told in AWS's words.

SAM writes the routes of an `HttpApi` into the `Body` of one `AWS::ApiGatewayV2::Api`. MiniStack 1.5.33 never reads it,
so the API would have no route. Its greedy parameters stop at a line end, as only a pattern's `.` does. A function that
fails is answered by AWS with a bare 500; MiniStack sends 502 and the exception's text, which would hide from tests that
nothing of it may reach a client.
"""

from typing import Any

from ministack.services import apigateway, lambda_svc
from ministack.services.cloudformation import provisioners

Body = dict[str, Any]

_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_CORS = "x-amazon-apigateway-cors"
_LINE_END = "\ue000"
"""Stands for one while a path is matched."""


def correct() -> None:
    """Make the provisioner import `Body`, on create and on update."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_from_body(logical_id: str, properties: Body, stack: str) -> Any:
        api_id, attributes = create(logical_id, _completed(properties), stack)
        _import_routes(api_id, properties.get("Body") or {}, stack)
        return api_id, attributes

    def update_from_body(api_id: str, old: Body, new: Body, stack: str, logical_id: str | None = None) -> Any:
        answer = update(api_id, _completed(old), _completed(new), stack, logical_id)
        for stored in (provisioners._apigw_v2._routes, provisioners._apigw_v2._integrations):
            stored[api_id] = {}
        _import_routes(api_id, new.get("Body") or {}, stack)
        return answer

    handlers["create"], handlers["update"] = create_from_body, update_from_body
    apigateway._extract_path_params = _of_any_path(apigateway._extract_path_params)
    lambda_svc.lambda_execute_result_to_api_proxy_response = _failures_as_aws_tells_them(
        lambda_svc.lambda_execute_result_to_api_proxy_response
    )


def _completed(properties: Body) -> Body:
    """The properties with what `Body` says of the API itself. CORS is stored as given and read in camelCase, as `Body`
    has it.
    """
    body = properties.get("Body")
    if not body:
        return properties
    completed = {**properties, "Name": properties.get("Name") or body["info"]["title"]}
    if _CORS in body:
        completed["CorsConfiguration"] = body[_CORS]
    return completed


def _import_routes(api_id: str, body: Body, stack: str) -> None:
    """One integration for each function and one route for each method of each path."""
    integrations: dict[str, str] = {}
    for path, methods in (body.get("paths") or {}).items():
        for method, operation in methods.items():
            integration = operation.get(_INTEGRATION) if isinstance(operation, dict) else None
            if integration is None:
                continue
            if integration["uri"] not in integrations:
                integrations[integration["uri"]] = _create_integration(api_id, integration, stack)
            verb = "ANY" if method == _ANY_METHOD else method.upper()
            route = {
                "ApiId": api_id,
                "RouteKey": "$default" if path.removeprefix("/") == "$default" else f"{verb} {path}",
                "Target": f"integrations/{integrations[integration['uri']]}",
            }
            provisioners._apigw_v2_route_create("", route, stack)


def _create_integration(api_id: str, integration: Body, stack: str) -> str:
    properties = {
        "ApiId": api_id,
        "IntegrationType": integration["type"].upper(),
        "IntegrationUri": integration["uri"],
        "PayloadFormatVersion": integration.get("payloadFormatVersion", "2.0"),
    }
    integration_id: str = provisioners._apigw_v2_integration_create("", properties, stack)[0]
    return integration_id


def _of_any_path(extract: Any) -> Any:
    def extracted(route_path: str, request_path: str) -> dict[str, str] | None:
        found = extract(route_path, request_path.replace("\n", _LINE_END))
        return found and {name: value.replace(_LINE_END, "\n") for name, value in found.items()}

    return extracted


def _failures_as_aws_tells_them(convert: Any) -> Any:
    def converted(result: Body) -> Any:
        if result.get("throttle"):
            return _message(503, "Service Unavailable")
        if result.get("error"):
            return _message(500, "Internal Server Error")
        return convert(result)

    return converted


def _message(status: int, text: str) -> tuple[Body, None]:
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": f'{{"message":"{text}"}}'}, None
