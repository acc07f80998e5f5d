"""The route table: every operation of the API. The OpenAPI document is generated from it, and the tests draw their
matrices from it. A function knows its own resources alone, so that a cold start pays for no other's models.
"""

from interactor.api.routes import files, history, instances, secrets, triggers, webhooks, workflows
from interactor.api.routes.route import Route

ROUTES: tuple[Route, ...] = (
    *workflows.ROUTES,
    *instances.ROUTES,
    *history.ROUTES,
    *files.ROUTES,
    *triggers.ROUTES,
    *secrets.ROUTES,
    *webhooks.ROUTES,
)

OPERATIONS: dict[str, Route] = {route.operation: route for route in ROUTES}
