"""From the gateway's event to a handler and back: routing, token, scope, errors, request id, one log line a call.

Binds handlers to the operations of the routes, and is the only place where an exception becomes an HTTP answer. A
handler takes a `Call` and gives an `Answer` or a `Reply`.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeAlias

from aws_lambda_powertools import Logger

from interactor import log_context
from interactor.api import envelope
from interactor.api.calls import Call, request_id_of
from interactor.api.routes.route import BASE_PATH, Route
from interactor.errors import InteractorError, MethodNotAllowed, NotFound, TooManyRequests, Unauthorized
from interactor.services.idempotent import Reply
from interactor.services.parts import Parts, parts
from interactor.storage.idempotency import Answer

Handler: TypeAlias = Callable[[Parts, Call], Answer | Reply]


class Api:
    """Some of the API's operations, those of one function, over the parts that its environment names."""

    def __init__(self, *routes: Route) -> None:
        self._routes = {route.operation: route for route in routes}
        self._handlers: list[tuple[Route, Handler]] = []
        self._parts: Parts | None = None
        self._logger = Logger()

    def use(self, ready: Parts) -> None:
        """Work over these parts instead."""
        self._parts = ready

    def operation(self, name: str) -> Callable[[Handler], Handler]:
        """Bind a handler to the operation of this name."""

        def bind(handler: Handler) -> Handler:
            self._handlers.append((self._routes[name], handler))
            self._handlers.sort(key=lambda bound: bound[0].precedence)
            return handler

        return bind

    def handle(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """The Lambda entry point: an HTTP API event (payload format 2.0) in, its answer out. Never raises."""
        method, path = event["requestContext"]["http"]["method"], _below_base(event["rawPath"])
        for route, handler in self._handlers:
            if route.method == method and (path_parameters := route.match(path)) is not None:
                return self._serve(event, route, handler, path_parameters)
        return self._no_route(event, method, path)

    def _serve(
        self, event: dict[str, Any], route: Route, handler: Handler, path_parameters: dict[str, str]
    ) -> dict[str, Any]:
        ready = self._ready()
        started = ready.clock()
        request_id = request_id_of(event, ready.ids.new("req", started))
        told: dict[str, Any] = {"request_id": request_id, "operation": route.operation}
        log_context.begin()
        caller = permit = None
        try:
            if route.scope is not None:
                caller = ready.tokens.verify(event["headers"].get("authorization"))
                permit = ready.rate_limiter.ask(caller.account, route.category)
            arrived_at = event["requestContext"]["timeEpoch"]
            endpoint = f"{route.method} {event['rawPath']}"
            call = Call(event, path_parameters, request_id, arrived_at, endpoint, caller)
            log_context.begin(call.trace_parent)
            with permit.awaited() if permit else nullcontext():
                if caller and route.scope:
                    caller.require_scope(route.scope)
                response = _response(handler(ready, call), request_id)
        except InteractorError as error:
            response = _error_response(error, request_id)
        except Exception:
            self._logger.exception("unexpected error", extra=told | log_context.about())
            response = _error_response(InteractorError("Something went wrong on our side"), request_id)
        if permit:
            response["headers"].update(permit.headers)
        told |= {
            "status": response["statusCode"], "duration_ms": ready.clock() - started,
            "account": caller.account if caller else None, **path_parameters, **log_context.about(),
        }  # fmt: skip
        self._logger.info("call", extra=told)
        return response

    def _no_route(self, event: dict[str, Any], method: str, path: str) -> dict[str, Any]:
        from interactor.api.routes.table import ROUTES  # of all functions, which only a wrong call needs

        ready = self._ready()
        request_id = request_id_of(event, ready.ids.new("req", ready.clock()))
        allowed = sorted({route.method for route in ROUTES if route.match(path) is not None})
        told = event["rawPath"][:200]
        if not allowed or method in allowed:  # the gateway has sent a path to another function than it is served by
            return _error_response(NotFound(f"There is nothing at {method} {told}"), request_id)
        error = MethodNotAllowed(f"{told} does not take {method}", {"allowed": allowed})
        return _error_response(error, request_id, {"Allow": ", ".join(allowed)})

    def _ready(self) -> Parts:
        if self._parts is None:
            self._parts = parts()
        return self._parts


def _below_base(path: str) -> str:
    """What follows `BASE_PATH`; nothing, which is no route, in a path that does not begin with it."""
    return path.removeprefix(BASE_PATH) if path.startswith(BASE_PATH) else ""


def _response(result: Answer | Reply, request_id: str) -> dict[str, Any]:
    headers = {"X-Request-Id": request_id}
    if isinstance(result, Reply):
        if result.replayed:
            headers["Idempotent-Replayed"] = "true"
        result = result.answer
    return _to_gateway(result, headers)


def _error_response(error: InteractorError, request_id: str, extra: dict[str, str] | None = None) -> dict[str, Any]:
    headers = {"X-Request-Id": request_id, **(extra or {})}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="interactor"'
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return _to_gateway(envelope.failure(error, request_id), headers)


def _to_gateway(answer: Answer, headers: dict[str, str]) -> dict[str, Any]:
    """What a function gives an HTTP API
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
    """
    if answer.body:
        headers["Content-Type"] = "application/json"
    return {"statusCode": answer.status, "headers": headers, "body": answer.body, "isBase64Encoded": False}
