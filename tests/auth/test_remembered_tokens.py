"""A good token is judged once, and remembered no longer than it lives."""

import subprocess
import sys

import pytest

from interactor.auth.keys import SigningKeys
from interactor.errors import Unauthorized
from tests.auth.minting import NOW, Moment, token, verifier


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The key ids looked up so far: one for each token that was judged."""
    looked_up: list[str] = []
    get = SigningKeys.get

    def counting_get(self: SigningKeys, kid: str) -> object:
        looked_up.append(kid)
        return get(self, kid)

    monkeypatch.setattr(SigningKeys, "get", counting_get)
    return looked_up


def test_the_same_token_is_judged_once(judged: list[str]) -> None:
    tokens, header = verifier(), "Bearer " + token()
    assert tokens.verify(header) == tokens.verify(header)
    assert len(judged) == 1


def test_a_remembered_token_still_expires() -> None:
    clock = Moment()
    tokens, header = verifier(clock=clock), "Bearer " + token({"exp": NOW + 10})
    clock.seconds = NOW + 9.999
    tokens.verify(header)
    clock.seconds = NOW + 10
    with pytest.raises(Unauthorized):
        tokens.verify(header)


def test_a_refused_token_is_not_remembered_as_good() -> None:
    tokens = verifier()
    for _ in range(2):
        with pytest.raises(Unauthorized):
            tokens.verify("Bearer " + token({"exp": NOW - 1}))


def test_of_more_than_a_thousand_tokens_the_longest_unused_is_forgotten(
    judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interactor.auth.tokens._CACHED_TOKENS", 3)
    tokens = verifier()
    headers = ["Bearer " + token({"jti": str(number)}) for number in range(4)]
    for header in (*headers[:3], headers[0], headers[3]):
        tokens.verify(header)
    judged.clear()
    tokens.verify(headers[0])
    assert len(judged) == 0
    tokens.verify(headers[1])
    assert len(judged) == 1


def test_importing_the_verifier_loads_no_cryptography() -> None:
    program = (
        "import sys, interactor.auth.tokens; print([m for m in ('cryptography', 'jwt', 'urllib3') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert result.stdout.strip() == "[]"
