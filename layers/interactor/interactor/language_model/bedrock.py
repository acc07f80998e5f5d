"""Language models of Amazon Bedrock, by the names that the setting `INSTRUCTION_MODELS` gives them."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from interactor.clock import Clock, Millis
from interactor.engine.wording import shown
from interactor.engine.work import (
    InstructionFailed,
    InstructionOmitted,
    InstructionOutcome,
    InstructionWritten,
    WriteInstruction,
)
from interactor.language_model import conversation
from interactor.language_model.protocol import InstructionWriter

_logger = logging.getLogger(__name__)


class BedrockWriter(InstructionWriter):
    """`client` gives a client of Bedrock's runtime, whose time-outs are those of the work; `models` maps names to ids,
    the default first.
    """

    def __init__(self, client: Callable[[], Any], models: Mapping[str, str], clock: Clock) -> None:
        self._client = client
        self._models = models
        self._clock = clock

    def without_a_call(self, work: WriteInstruction) -> InstructionFailed | InstructionOmitted | None:
        if not self._models:
            return InstructionOmitted()
        if work.model is not None and work.model not in self._models:
            return InstructionFailed("instruction_error", f"There is no language model {shown(work.model)} here")
        return None

    def write(self, work: WriteInstruction) -> InstructionOutcome:
        model_id = self._models[work.model] if work.model else next(iter(self._models.values()))
        began = self._clock()
        try:
            answer = self._client().converse(**conversation.request(work, model_id))
            return InstructionWritten(conversation.text_of(answer), self._clock() - began)
        except (ConnectTimeoutError, ReadTimeoutError):
            return self._failed("instruction_timeout", f"The language model took longer than {work.timeout} ms", began)
        except conversation.NoText as error:
            return self._failed("instruction_error", str(error), began)
        except ClientError as error:
            _logger.warning("Bedrock refused to converse with %s: %s", model_id, error)
            code = error.response["Error"]["Code"]
            kind = "instruction_timeout" if code == "ModelTimeoutException" else "instruction_error"
            return self._failed(kind, f"The language model could not be used: {code}", began)
        except BotoCoreError as error:
            _logger.warning("Bedrock could not be reached for %s: %s", model_id, error)
            return self._failed("instruction_error", "The language model could not be reached", began)

    def _failed(self, code: str, message: str, began: Millis) -> InstructionFailed:
        return InstructionFailed(code, message, self._clock() - began)
