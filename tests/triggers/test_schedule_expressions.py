"""Schedule expressions: those of Scheduler's documentation are taken, mistakes are told in plain words
(https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
"""

import pytest

from interactor.triggers.schedules import InvalidSchedule, read


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minutes)", "rate(1 hour)", "rate(1 hours)", "rate(365 days)", "at(2026-11-20T13:00:00)",
        "cron(15 10 * * ? *)", "cron(0 9 ? * MON-FRI *)", "cron(0 8 1 * ? *)", "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(15 12 ? * 6L 2022-2023)", "cron(0 0 L * ? *)", "cron(0 0 LW * ? *)", "cron(0 0 15W * ? *)",
        "cron(0 9 ? * 2#1 *)", "cron(0 9 ? * L *)", "cron(0 9 ? * FRI#5 *)", "cron(*/10 * ? * * *)",
        "cron(0 10,14,16 ? * SUN *)", "cron(0 0 1 JAN,jul ? 2026)", "cron(0 0-23/2 * * ? *)",
    ],
)  # fmt: skip
def test_it_is_taken(expression: str) -> None:
    assert read(expression, "Europe/Berlin").expression == expression


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "is none of"), ("5 minutes", "is none of"), ("every(5 minutes)", "is none of"),
        ("rate(5 minutes) ", "is none of"), ("rate(5 minutes)\n", "is none of"), ("RATE(5 minutes)", "is none of"),
        ("rate(0 minutes)", "whole number"), ("rate(-1 minutes)", "whole number"), ("rate(1.5 hours)", "whole number"),
        ("rate(5 seconds)", "minutes, hours or days"), ("rate(5)", "whole number"),
        ("rate(5  minutes)", "whole number"),
        ("rate(5 minutes\n)", "is none of"), ("rate(\u0665 minutes)", "is none of"),
        ("cron(0\u00a09 1 * ? *)", "is none of"), ("cron(0 9\r1 * ? *)", "is none of"),
        ("cron(0 9 1 \u017fep ? *)", "is none of"),
        ("at(2026-02-30T12:00:00)", "date and time"), ("at(2026-01-20 12:00:00)", "date and time"),
        ("at(2026-01-20T12:00:00Z)", "date and time"), ("at(2026-01-20T24:00:00)", "date and time"),
        ("at(2026-01-20)", "date and time"), ("cron(0 9 * * *)", "has 5 fields and needs six"),
        ("cron()", "has 0 fields"), ("cron(60 * * * ? *)", "'60' is not a value of minutes"),
        ("cron(* 24 * * ? *)", "of hours"), ("cron(0 9 0 * ? *)", "of day-of-month"), ("cron(0 9 32 * ? *)", "of day"),
        ("cron(0 9 1 13 ? *)", "of month"), ("cron(0 9 1 FOO ? *)", "'FOO' is not a value of month"),
        ("cron(0 9 ? * 0 *)", "of day-of-week"), ("cron(0 9 ? * 8 *)", "of day-of-week"),
        ("cron(0 9 ? * 2#6 *)", "of day-of-week"), ("cron(0 9 ? * #1 *)", "of day-of-week"),
        ("cron(0 9 1 * ? 1969)", "of year"), ("cron(0 9 1 * ? 2200)", "of year"), ("cron(? 9 1 * ? *)", "of minutes"),
        ("cron(L 9 1 * ? *)", "of minutes"), ("cron(10-5 9 1 * ? *)", "of minutes"),
        ("cron(*/0 9 1 * ? *)", "of minutes"),
        ("cron(1, 9 1 * ? *)", "of minutes"), ("cron(0 9 32W * ? *)", "of day-of-month"),
        ("cron(0 9 * * * *)", "exactly one"), ("cron(0 9 ? * ? *)", "exactly one"),
        ("cron(0 9 1 * MON *)", "exactly one"),
        ("cron(" + "1," * 40_000 + " 9 1 * ? *)", "of minutes"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(expression: str, reason: str) -> None:
    with pytest.raises(InvalidSchedule, match=reason) as refused:
        read(expression, "UTC")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("timezone", ["", "Berlin", "CEST+1", "../etc/passwd", "europe/berlin\n", "\0"])
def test_what_is_no_time_zone_is_told(timezone: str) -> None:
    with pytest.raises(InvalidSchedule, match="is no IANA time zone"):
        read("rate(5 minutes)", timezone)


def test_the_moment_of_a_single_firing_is_in_its_time_zone() -> None:
    assert read("at(2026-01-20T13:00:00)", "Europe/Berlin").once_at == 1_768_910_400_000
    assert read("at(2026-01-20T12:00:00)", "UTC").once_at == 1_768_910_400_000
    assert read("rate(5 minutes)", "UTC").once_at is None
