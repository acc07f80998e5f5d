"""People who answer as a case says: which answer comes next, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from interactor.clock import Millis
from interactor.engine.instance import Instance, Thread
from interactor.simulation.cases import ScriptedAnswer


@dataclass(frozen=True, slots=True)
class NextAnswer:
    """An answer that will be given at a moment, unless its halt is over by then."""

    moment: Millis
    number: int
    thread: Thread


class People:
    """Each answer is given once, to the first halt that it fits; two for the same halt come in their order."""

    def __init__(self, answers: Sequence[ScriptedAnswer]) -> None:
        self._answers = answers
        self._left = list(range(len(answers)))

    def next_answer(self, instance: Instance) -> NextAnswer | None:
        """What somebody does next, if anybody does anything."""
        coming = [self._answer_to(thread) for thread in instance.threads if thread.status == "halted"]
        return min(filter(None, coming), key=lambda answer: (answer.moment, answer.number), default=None)

    def give(self, number: int) -> ScriptedAnswer:
        self._left.remove(number)
        return self._answers[number]

    @property
    def left(self) -> list[int]:
        """The numbers of the answers that nobody has asked for."""
        return list(self._left)

    def _answer_to(self, thread: Thread) -> NextAnswer | None:
        for number in self._left:
            answer = self._answers[number]
            if answer.state in (None, thread.state) and answer.thread_id in (None, thread.id):
                return NextAnswer(thread.entered_at + answer.after, number, thread)
        return None
