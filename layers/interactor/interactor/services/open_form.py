"""Find the halt whose form somebody wants to show."""

from interactor.auth.principals import Principal
from interactor.engine.instance import Instance, Thread
from interactor.services.find_halt import check_halted, thread_meant
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts


def find_open_halt(parts: Parts, caller: Principal, instance_id: str, thread_id: str | None) -> tuple[Instance, Thread]:
    """The instance and its halted thread. Raises InstanceNotFound, ThreadNotFound, InstanceNotHalted, ThreadNotHalted,
    InvalidRequest (several are halted and none is named).
    """
    instance = load_instance(parts, caller, instance_id).instance
    thread = thread_meant(instance, thread_id)
    check_halted(instance, thread, by_name=thread_id is not None)
    return instance, thread
