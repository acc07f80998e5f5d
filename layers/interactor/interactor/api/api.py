"""From the gateway's event to a handler and back: routing, token, scope, errors, request id, one log line a call.

Powertools' resolver finds the route; this file binds handlers to the operations of `routes.py` and is the only place
where an exception becomes an HTTP answer. A handler takes a `Call` and gives an `Answer` or a `Reply`.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeAlias

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from interactor.api import envelope
from interactor.api.calls import Call, request_id_of
from interactor.api.routes import BASE_PATH, OPERATIONS, ROUTES
from interactor.api.routes.route import Route
from interactor.errors import InteractorError, MethodNotAllowed, NotFound, TooManyRequests, Unauthorized
from interactor.services.idempotent import Reply
from interactor.services.parts import Parts, parts
from interactor.storage.idempotency import Answer

Handler: TypeAlias = Callable[[Parts, Call], Answer | Reply]

_LONGEST_SEGMENT = 128
"""Of a path; no name or id has so many characters."""


class Api:
    """The operations of one function, over the parts that its environment names."""

    def __init__(self) -> None:
        self._resolver = APIGatewayHttpResolver()
        self._resolver.not_found(self._no_route)
        self._parts: Parts | None = None
        self._logger = Logger()

    def use(self, ready: Parts) -> None:
        """Work over these parts instead."""
        self._parts = ready

    def operation(self, name: str) -> Callable[[Handler], Handler]:
        """Bind a handler to an operation of the route table."""
        route = OPERATIONS[name]

        def bind(handler: Handler) -> Handler:
            rule = re.sub(r"\{(\w+)\}", r"<\1>", BASE_PATH + route.path)

            def serve(**path_parameters: str) -> Response[str]:
                return self._serve(route, handler, path_parameters)

            self._resolver.route(rule, method=route.method)(serve)
            return handler

        return bind

    def handle(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """The Lambda entry point: an HTTP API event (payload format 2.0) in, its answer out. Never raises."""
        return self._resolver.resolve(event, context)

    def _serve(self, route: Route, handler: Handler, path_parameters: dict[str, str]) -> Response[str]:
        event = self._resolver.current_event.raw_event
        ready = self._ready()
        started = ready.clock()
        request_id = request_id_of(event, ready.ids.new("req", started))
        caller = permit = None
        try:
            _check_path(event, path_parameters)
            if route.scope is not None:
                caller = ready.tokens().verify(event["headers"].get("authorization"))
                permit = ready.rate_limiter.ask(caller.account, route.category)
            arrived_at = event["requestContext"]["timeEpoch"]
            endpoint = f"{route.method} {event['rawPath']}"
            call = Call(event, path_parameters, request_id, arrived_at, endpoint, caller)
            with permit.awaited() if permit else nullcontext():
                if caller and route.scope:
                    caller.require_scope(route.scope)
                response = _response(handler(ready, call), request_id)
        except InteractorError as error:
            response = _error_response(error, request_id)
        except Exception:
            self._logger.exception("unexpected error", request_id=request_id, operation=route.operation)
            response = _error_response(InteractorError("Something went wrong on our side"), request_id)
        if permit:
            response.headers.update(permit.headers)
        told = {
            "request_id": request_id, "operation": route.operation, "status": response.status_code,
            "duration_ms": ready.clock() - started, "account": caller.account if caller else None, **path_parameters,
        }  # fmt: skip
        self._logger.info("call", extra=told)
        return response

    def _no_route(self, _: Exception) -> Response[str]:
        event = self._resolver.current_event.raw_event
        ready = self._ready()
        request_id = request_id_of(event, ready.ids.new("req", ready.clock()))
        path, method = event["rawPath"], event["requestContext"]["http"]["method"]
        allowed = sorted({route.method for route in ROUTES if _matches(route, path)})
        if not allowed or method in allowed:  # a segment of characters that no name or id has is matched by no rule
            return _error_response(_nothing_at(method, path), request_id)
        error = MethodNotAllowed(f"{path[:200]} does not take {method}", {"allowed": allowed})
        return _error_response(error, request_id, {"Allow": ", ".join(allowed)})

    def _ready(self) -> Parts:
        if self._parts is None:
            self._parts = parts()
        return self._parts


def _matches(route: Route, path: str) -> bool:
    pattern = re.sub(r"\{\w+\}", "[^/]+", re.escape(BASE_PATH + route.path).replace(r"\{", "{").replace(r"\}", "}"))
    return re.fullmatch(pattern, path) is not None


def _check_path(event: dict[str, Any], path_parameters: dict[str, str]) -> None:
    """Raises NotFound for a path that no rule should have matched. Powertools' rules end with `$`, before which a line
    end may stand, and take segments of any length.
    """
    path = event["rawPath"]
    if path.endswith("\n") or any(len(segment) > _LONGEST_SEGMENT for segment in path_parameters.values()):
        raise _nothing_at(event["requestContext"]["http"]["method"], path)


def _nothing_at(method: str, path: str) -> NotFound:
    return NotFound(f"There is nothing at {method} {path[:200]}")


def _response(result: Answer | Reply, request_id: str) -> Response[str]:
    headers: dict[str, str | list[str]] = {"X-Request-Id": request_id}
    if isinstance(result, Reply):
        if result.replayed:
            headers["Idempotent-Replayed"] = "true"
        result = result.answer
    return Response(result.status, "application/json" if result.body else None, result.body, headers)


def _error_response(error: InteractorError, request_id: str, extra: dict[str, str] | None = None) -> Response[str]:
    answer = envelope.failure(error, request_id)
    headers: dict[str, str | list[str]] = {"X-Request-Id": request_id, **(extra or {})}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="interactor"'
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return Response(answer.status, "application/json", answer.body, headers)
