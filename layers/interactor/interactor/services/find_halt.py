"""Which halt of an instance a call means, where several threads may be halted or none."""

from interactor.auth.principals import Principal
from interactor.engine.instance import Instance, Thread
from interactor.errors import InstanceNotHalted, InvalidRequest, ThreadNotFound, ThreadNotHalted
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts


def find_open_halt(parts: Parts, caller: Principal, instance_id: str, thread_id: str | None) -> tuple[Instance, Thread]:
    """The instance and its halted thread, whose form somebody wants to show. Raises InstanceNotFound, ThreadNotFound,
    InstanceNotHalted, ThreadNotHalted, InvalidRequest (several are halted and none is named).
    """
    instance = load_instance(parts, caller, instance_id).instance
    thread = thread_meant(instance, thread_id)
    check_halted(instance, thread, by_name=thread_id is not None)
    return instance, thread


def thread_meant(instance: Instance, thread_id: str | None) -> Thread:
    """The thread of that id; without one, the thread that is halted, and the main one where none is.

    Raises ThreadNotFound, InvalidRequest (several are halted).
    """
    if thread_id is not None:
        thread = instance.thread(thread_id)
        if thread is None:
            raise ThreadNotFound(f"Thread '{thread_id}' of instance '{instance.id}' not found")
        return thread
    halted = [thread for thread in instance.threads if thread.status == "halted"]
    if len(halted) > 1:
        names = [thread.id for thread in halted]
        raise InvalidRequest(f"Several threads are halted, name one: {', '.join(names)}", {"threads": names})
    return halted[0] if halted else instance.main


def check_halted(instance: Instance, thread: Thread, *, by_name: bool) -> None:
    """Raises ThreadNotHalted where the call named the thread, else InstanceNotHalted."""
    if thread.status == "halted":
        return
    details = {"status": instance.status, "current_state": thread.state, "thread_id": thread.id}
    if by_name:
        raise ThreadNotHalted(f"Thread '{thread.id}' is {thread.status}, not halted", details)
    raise InstanceNotHalted(f"Instance '{instance.id}' is {instance.status}, not halted", details)
