"""`INSTRUCTION_MODELS` maps the names that definitions use to Bedrock's ids, in order."""

import pytest

from interactor.settings import Settings


def models(text: str) -> list[tuple[str, str]]:
    return list(Settings.from_environment({"INSTRUCTION_MODELS": text}).instruction_models.items())


def test_names_and_ids_come_in_their_order() -> None:
    assert models("haiku=anthropic.haiku-v1:0, nova=eu.amazon.nova-v1:0") == [
        ("haiku", "anthropic.haiku-v1:0"), ("nova", "eu.amazon.nova-v1:0"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " ", ","])
def test_nothing_means_no_model(text: str) -> None:
    assert models(text) == []


@pytest.mark.parametrize("text", ["haiku", "haiku=", "=anthropic.haiku", "a=b,c"])
def test_a_function_with_half_a_model_does_not_start(text: str) -> None:
    with pytest.raises(ValueError, match="INSTRUCTION_MODELS must be"):
        models(text)
