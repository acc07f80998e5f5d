"""Which halt of an instance a call means, where several threads may be halted or none."""

from interactor.engine.instance import Instance, Thread
from interactor.errors import InstanceNotHalted, InvalidRequest, ThreadNotFound, ThreadNotHalted


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
