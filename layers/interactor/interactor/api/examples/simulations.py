"""Examples of simulations."""

from interactor.api.examples.base import APPROVAL, INSTANCE_ID, NOON, Examples
from interactor.api.examples.forms import OPEN_FORM
from interactor.json_text import Json

_INPUT: Json = {"id": "req_456", "amount": 5000}
_DATA: Json = {"request_id": "req_456", "amount": 5000, "status": "pending", "submitted_at": NOON}

REQUESTS: Examples = {
    "simulate_workflow": {
        "one case": {
            "definition": APPROVAL,
            "now": "2026-01-20T12:00:00Z",
            "input": _INPUT,
            "answers": [{"state": "await_approval", "input": {"approved": True}, "after": "PT2H"}],
        },
        "several cases": {
            "name": "approval_workflow",
            "http": {"approved": [{"status": 503}, {"status": 200, "body": {"ok": True}}]},
            "cases": [
                {
                    "name": "approved",
                    "answers": [{"input": {"approved": True}}],
                    "expect": {"status": "completed", "current_state": "approved"},
                },
                {
                    "name": "refused",
                    "answers": [{"input": {"approved": False}}],
                    "expect": {"path": ["request", "await_approval", "rejected"]},
                },
            ],
        },
    }
}

ANSWERS: Examples = {
    "simulate_workflow": {
        "halted": {
            "workflow_name": "approval_workflow",
            "version_id": None,
            "cases": [
                {
                    "name": "case 1",
                    "status": "halted",
                    "current_state": "await_approval",
                    "began_at": NOON,
                    "ended_at": NOON,
                    "unused_answers": [],
                    "refused_answers": [],
                    "default_responses": [],
                    "workflow_data": _DATA,
                    "paths": {"thread_main": ["request", "await_approval"]},
                    "threads": [{"id": "thread_main", "status": "halted", "current_state": "await_approval"}],
                    "open_forms": [{**OPEN_FORM, "instance_id": INSTANCE_ID}],
                    "history": [
                        {
                            "type": "lifecycle",
                            "subtype": "created",
                            "timestamp": NOON,
                            "thread": "thread_main",
                            "initial_state": "request",
                            "input": _INPUT,
                            "webhook": "workflow.instance.created",
                        },
                        {
                            "type": "step",
                            "subtype": "script",
                            "timestamp": NOON,
                            "thread": "thread_main",
                            "state": "request",
                            "duration_ms": 2,
                        },
                        {
                            "type": "transition",
                            "subtype": "state_change",
                            "timestamp": NOON,
                            "thread": "thread_main",
                            "from_state": "request",
                            "to_state": "await_approval",
                            "trigger": "automatic",
                            "changes": {"added": _DATA},
                            "explain": [{"target": "await_approval", "taken": True}],
                            "workflow_data": _DATA,
                        },
                        {
                            "type": "halt",
                            "subtype": "halted",
                            "timestamp": NOON,
                            "thread": "thread_main",
                            "state": "await_approval",
                            "halt_id": "halt_2",
                            "webhook": "workflow.instance.halted",
                        },
                    ],
                }
            ],
            "coverage": {
                "states": {"covered": ["request", "await_approval"], "missed": ["approved", "rejected"]},
                "transitions": {
                    "covered": [{"path": "states.request.transitions[0]", "target": "await_approval"}],
                    "missed": [
                        {"path": "states.await_approval.transitions[0]", "target": "approved"},
                        {"path": "states.await_approval.transitions[1]", "target": "rejected"},
                    ],
                },
            },
        }
    }
}
