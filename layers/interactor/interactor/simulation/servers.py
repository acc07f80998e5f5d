"""Servers that answer as a case says, in place of those that HTTP actions would call."""

from collections import Counter
from collections.abc import Mapping, Sequence

from interactor.egress.protocol import NO_HEADERS
from interactor.engine.work import CallHttp, HttpAnswered, HttpFailed, HttpOutcome


class StubbedServers:
    """An `HttpCaller` that calls nobody. A state without an answer of its own gets 200 with `{}`. No answer
    in time takes the time-out of the call, unless the case says how long.
    """

    def __init__(self, responses: Mapping[str, Sequence[HttpOutcome]]) -> None:
        self._responses = responses
        self._calls: Counter[str] = Counter()
        self.unstubbed: list[str] = []
        """States that called and had no answer."""

    def call(
        self, work: CallHttp, trace_parent: str | None = None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        responses = self._responses.get(work.state)
        if not responses:
            if work.state not in self.unstubbed:
                self.unstubbed.append(work.state)
            return HttpAnswered(200, {}, {})
        number = self._calls[work.state]
        self._calls[work.state] += 1
        response = responses[min(number, len(responses) - 1)]
        if isinstance(response, HttpFailed) and response.code == "http_timeout" and not response.duration_ms:
            return response._replace(duration_ms=work.timeout)
        return response
