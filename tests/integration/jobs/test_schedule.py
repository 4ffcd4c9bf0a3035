"""Nothing that is written waits for ever: each topic has a task, each task a time."""

import re
from pathlib import Path

from marketplace.config.celery import app
from marketplace.db.nights import NIGHTLY
from marketplace.flows.mail import Mail
from marketplace.jobs.mails import WRITERS
from marketplace.jobs.schedule import TOPICS, schedule, task_of
from marketplace.jobs.topics import MESSAGES, TABLES
from payouts.models import PaymentStatus

ROOT = Path(__file__).parents[3]
OURS = ("marketplace", "vendors", "reviews", "payouts", "loyalty", "search", "support")
CALL = re.compile(r"\b(?:emit|emit_many|wake)\(\s*(?:topic=)?([^,)\s]+)")
CONSTANT = re.compile(r'^(?:WAKE_)?TOPIC = "([^"]+)"$', re.MULTILINE)
LITERAL = re.compile(r'^f?"([^"]+)"$')


def tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def emitted_topics() -> set[str]:
    """Read from the source every topic that is emitted or woken."""
    found = set()
    for app_name in OURS:
        for file in (ROOT / app_name).rglob("*.py"):
            if "stripe_sandbox" in file.parts or file.parent.name == "db":
                continue
            source = file.read_text()
            found |= set(CONSTANT.findall(source))
            for word in CALL.findall(source):
                literal = LITERAL.match(word)
                if literal is not None:
                    found |= spelled_out(literal.group(1))
    return found


def spelled_out(topic: str) -> set[str]:
    """Return the topics behind one that holds a payment's status."""
    if "{status.value}" not in topic:
        return {topic}
    given_up = (PaymentStatus.EXPIRED, PaymentStatus.FAILED)
    return {topic.replace("{status.value}", status.value) for status in given_up}


def test_every_topic_that_is_emitted_has_a_task():
    assert emitted_topics() - set(TOPICS) == set()


def test_every_topic_is_drained_by_one_task():
    assert set(MESSAGES).isdisjoint(TABLES)
    assert {*MESSAGES, *TABLES} == set(TOPICS)
    assert {task_of(topic) for topic in TOPICS} <= tasks()


def test_every_task_has_a_time_and_every_time_a_task():
    timed = {entry["task"] for entry in schedule().values()}

    assert timed == tasks()
    assert app.conf.beat_schedule == schedule()


def test_every_mail_can_be_written():
    assert set(Mail) <= set(WRITERS)


def test_every_task_and_every_job_of_the_night_is_documented():
    page = (ROOT / "docs" / "guides" / "jobs.md").read_text()

    named = re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted({*tasks(), *NIGHTLY})
