"""What writes the text of a halt: the one door between the product and a language model."""

from typing import Protocol

from interactor.engine.work import InstructionFailed, InstructionOmitted, InstructionOutcome, WriteInstruction


class InstructionWriter(Protocol):
    """Writes what a person is told. Never raises for what the model or its service does, and has nothing but the text
    to give: what there is to choose from is the workflow's.
    """

    def without_a_call(self, work: WriteInstruction) -> InstructionFailed | InstructionOmitted | None:
        """How the work ends where no model is to be called for it, so that nothing has to be committed before."""

    def write(self, work: WriteInstruction) -> InstructionOutcome:
        """Have it written, in about the work's time-out or less. May be called again for the same work."""
