"""Validate, create, extend and publish workflows (reference, 'Create a Workflow Definition' to 'Publish a Version')."""

from interactor.auth.principals import Principal
from interactor.egress.headers import header_refusal
from interactor.egress.urls import template_url_refusal
from interactor.engine.definition.workflow import Definition
from interactor.engine.validation import Validation, validate
from interactor.engine.wording import shown
from interactor.errors import InvalidWorkflow, VersionNotFound
from interactor.ids import is_id
from interactor.json_text import Json
from interactor.services.parts import Parts
from interactor.storage.workflows import Version


def validate_workflow(parts: Parts, document: Json) -> Validation:
    """All errors and warnings of a definition; nothing is stored."""
    return validate(
        document,
        script_error=lambda code: parts.scripts.syntax_error(code),  # noqa: PLW0108 (the engine is loaded if there is one)
        url_refusal=lambda url: template_url_refusal(url, parts.settings.egress_allowed_networks),
        header_refusal=header_refusal,
    )


def create_workflow(parts: Parts, caller: Principal, document: Json) -> tuple[str, Version]:
    """(name, first version). Raises InvalidWorkflow, WorkflowExists."""
    checked(parts, document)
    now = parts.clock()
    version_id = parts.ids.new("v", now)
    workflow_id, op = parts.ids.new("wf", now), parts.ids.new("op", now)
    parts.workflows.create(caller.account, workflow_id, version_id, document, now, op)
    return document["name"], Version(version_id, "draft", now, None)


def create_version(parts: Parts, caller: Principal, name: str, document: Json) -> Version:
    """The next version; `name` may be left out of the document, and must agree. Raises InvalidWorkflow,
    WorkflowNotFound.
    """
    parts.workflows.get(caller.account, name)
    if isinstance(document, dict):
        given = document.setdefault("name", name)
        if given != name:
            problem = {"path": "name", "message": f"Name {shown(given)} does not agree with the workflow '{name}'"}
            raise InvalidWorkflow(problem["message"], {"errors": [problem]})
    checked(parts, document)
    now = parts.clock()
    version_id, op = parts.ids.new("v", now), parts.ids.new("op", now)
    parts.workflows.add_version(caller.account, name, version_id, document, now, op)
    return Version(version_id, "draft", now, None)


def publish_version(parts: Parts, caller: Principal, name: str, version_id: str) -> Version:
    """Make a draft the version that new instances run. Raises WorkflowNotFound, VersionNotFound, AlreadyPublished."""
    now = parts.clock()
    if not is_id("v", version_id):
        parts.workflows.get(caller.account, name)
        raise VersionNotFound(f"Version '{version_id}' of workflow '{name}' not found")
    parts.workflows.publish(caller.account, name, version_id, now, parts.ids.new("op", now))
    return Version(version_id, "published", now, now)


def checked(parts: Parts, document: Json) -> tuple[Definition, Validation]:
    """The definition that a document is. Raises InvalidWorkflow with all of its errors."""
    validation = validate_workflow(parts, document)
    if validation.definition is None:
        first = validation.errors[0]
        more = f" (and {len(validation.errors) - 1} more)" if len(validation.errors) > 1 else ""
        errors = [{"path": problem.path, "message": problem.message} for problem in validation.errors]
        raise InvalidWorkflow(f"{first.path}: {first.message}{more}", {"errors": errors})
    return validation.definition, validation
