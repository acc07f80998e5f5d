"""How a workflow does: its instances by status and state, how long states take, and who has waited longest."""

from interactor.auth.principals import Principal
from interactor.errors import Forbidden
from interactor.metrics.statistics import Statistics
from interactor.services.parts import Parts
from interactor.storage.statistics import Wait


def workflow_statistics(parts: Parts, caller: Principal, workflow_name: str) -> tuple[Statistics, Wait | None]:
    """(statistics as last counted, the longest wait). They cover every namespace, so the caller must own them all.

    Raises Forbidden, WorkflowNotFound.
    """
    if not caller.owns_every_namespace:
        raise Forbidden(
            "Statistics cover every namespace of the account; this token owns only some", {"required_namespace": "*"}
        )
    parts.workflows.get(caller.account, workflow_name)
    return (
        parts.statistics.get(caller.account, workflow_name),
        parts.statistics.longest_wait(caller.account, workflow_name),
    )
