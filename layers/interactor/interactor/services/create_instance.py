"""Start an instance of a published version, and carry it on in the call (reference, 'Create Instance')."""

from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.engine.signals import Created, Origin
from interactor.errors import Forbidden, WorkflowNotPublished
from interactor.json_text import Json
from interactor.services.idempotent import Reply, replay, replay_of_winner, reply_of_loser
from interactor.services.parts import Parts
from interactor.services.run import Present, Run, Superseded
from interactor.storage.idempotency import Claim
from interactor.storage.instances import ClaimTaken
from interactor.storage.workflows import Workflow


class CreateInstance(NamedTuple):
    workflow_name: str
    namespace: str
    input: dict[str, Json]
    version_id: str | None
    deadline: Millis
    origin: Origin
    claim: Claim | None = None
    hand_over: bool = False


def create_instance(parts: Parts, caller: Principal, request: CreateInstance, present: Present) -> Reply:
    """As `start_instance`, for a caller. Raises Forbidden (namespace not owned) as well."""
    if not caller.owns(request.namespace):
        raise Forbidden(f"This token does not own the namespace '{request.namespace}'")
    return start_instance(parts, caller.account, request, present)


def start_instance(parts: Parts, account: str, request: CreateInstance, present: Present) -> Reply:
    """Raises WorkflowNotFound, VersionNotFound, WorkflowNotPublished, NamespaceQuotaExceeded, the idempotency errors.

    An action that fails is no exception here: the instance exists, failed, and `present` says so.
    """
    instance_id = parts.ids.new("inst", parts.clock())
    with parts.quota.place(account, request.namespace, instance_id) as place:
        if request.claim is None:
            workflow = parts.workflows.get(account, request.workflow_name)
        else:
            workflow, item = parts.workflows.get_with(account, request.workflow_name, request.claim.key)
            if reply := replay(parts, account, request.claim, item, present):
                return reply
        version_id = _version_to_run(parts, account, workflow, request.version_id)
        definition = parts.workflows.definition(account, version_id)
        place.keep()
    created = Created(instance_id, account, request.namespace, workflow.name, version_id, request.input, request.origin)
    run = Run(parts, definition, request.deadline, request.claim, present, request.hand_over)
    try:
        return Reply(present(run.carry_on(None, created).instance))
    except ClaimTaken:
        return replay_of_winner(parts, account, request.claim, present)
    except Superseded as superseded:
        winner, opened = superseded.winner.instance, superseded.opened
        return reply_of_loser(parts, account, request.claim, winner, present, opened=opened)


def _version_to_run(parts: Parts, account: str, workflow: Workflow, wanted: str | None) -> str:
    if wanted is None:
        if workflow.published_version_id is None:
            raise WorkflowNotPublished(f"Workflow '{workflow.name}' has no published version")
        return workflow.published_version_id
    is_current = wanted == workflow.published_version_id
    if not (is_current or parts.workflows.version(account, workflow.name, wanted).status == "published"):
        raise WorkflowNotPublished(f"Version '{wanted}' of workflow '{workflow.name}' is not published")
    return wanted
