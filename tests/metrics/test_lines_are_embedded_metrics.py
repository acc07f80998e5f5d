"""Each printed line is one of the CloudWatch Embedded Metric Format, as its specification wants it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from typing import Any

from interactor.metrics import emf
from interactor.metrics.commits import Commit, Span, Standing
from interactor.storage import keys
from tests.definitions import end, http, skip, workflow
from tests.metrics.measured import FLOW, values
from tests.world import World

UNITS = {"Count", "Milliseconds"}


def assert_is_embedded_metric(line: Any) -> None:
    metadata = line["_aws"]
    assert set(metadata) == {"Timestamp", "CloudWatchMetrics"}
    assert isinstance(metadata["Timestamp"], int)
    for directive in metadata["CloudWatchMetrics"]:
        assert 1 <= len(directive["Namespace"]) <= 256
        assert 1 <= len(directive["Metrics"]) <= 100
        assert directive["Dimensions"]
        for dimensions in directive["Dimensions"]:
            assert 1 <= len(dimensions) <= 30
            assert all(isinstance(line[name], str) and 1 <= len(line[name]) <= 1024 for name in dimensions)
        for metric in directive["Metrics"]:
            assert set(metric) == {"Name", "Unit"}
            assert metric["Unit"] in UNITS
            found = line[metric["Name"]]
            numbers = found if isinstance(found, list) else [found]
            assert 1 <= len(numbers) <= 100
            assert all(type(number) in (int, float) for number in numbers)


def test_every_line_of_a_flow_is(world: World) -> None:
    world.publish(FLOW)
    world.publish(workflow("calling", call=http("end"), end=end()))
    world.resume(world.start("flow").data["id"], {"approved": False})
    world.start("calling")
    lines = world.count_commits()
    assert {name for line in lines for name in line if name.startswith("workflow.")} == {
        "workflow.instance.created", "workflow.instance.completed", "workflow.state.duration",
        "workflow.script.duration", "workflow.http.duration",
    }  # fmt: skip
    for line in lines:
        assert_is_embedded_metric(line)


def test_more_values_than_a_line_takes_are_told_on_several(world: World) -> None:
    world.publish(workflow(**{f"s{n}": skip(f"s{n + 1}") for n in range(99)}, s99=end()))
    for _ in range(3):
        world.start("flow")
    lines = world.count_commits()
    for line in lines:
        assert_is_embedded_metric(line)
    assert len(values(lines, "workflow.state.duration")) == 3 * 99
    assert max(len(line.get("workflow.state.duration", [])) for line in lines) == 100


def test_each_minute_is_told_as_of_itself() -> None:
    halted = Standing("halted", "ask")
    commits = [Commit("acme", "flow", f"inst_{n}", 1, n * 30_000, None, halted) for n in range(4)]
    times = [line.split('"Timestamp":')[1].split(",")[0] for line in emf.lines(commits, "interactor", "acme/flow")]
    assert times == ["0", "60000"]


def test_ten_thousand_workflows_make_ten_names(world: World) -> None:
    told: set[str] = set()
    for number in range(10_000):
        named = world.parts.statistics.is_named("acme", f"flow_{number}", 10)
        told.add(f"acme/flow_{number}" if named else emf.OTHER)
    assert len(told) == 11
    assert len(world.aws.sent("update_item")) == 11, "one that is refused is told that all places are taken"
    item = world.parts.table.get(keys.NAMED_WORKFLOWS)
    assert item
    assert len(item["names"]) == 10


def test_no_dimension_has_the_name_of_an_instance_or_state() -> None:
    commit = Commit(
        "acme", "flow", "inst_1", 1, 0, None, Standing("halted", "ask"), (Span("state", "work", "running", 5),)
    )
    for line in emf.lines([commit], "interactor", emf.OTHER):
        assert "inst_1" not in line
        assert "ask" not in line
        assert '"work"' not in line


def test_where_no_workflow_is_to_be_named_none_is(world: World) -> None:
    assert not world.parts.statistics.is_named("acme", "flow", 0)
    assert not world.aws.sent("update_item")
