"""Copying runs between stores: what is there already, what fails, and going on after an interruption."""

import errno

import pytest

from sacred.errors import StoreError
from sacred.stores.base import Problem
from sacred.stores.memory import MemoryStore
from sacred.stores.transfer import CopyReport, copy_runs
from sacred.support.clock import format_naive_utc, now
from sacred.testing.comparing import compare_documents, compare_files, compare_series
from sacred.testing.samples import Sample, Samples, make_document, make_sample


def fill(*samples):
    store = MemoryStore()
    list(store.add_runs(Samples(samples).make_runs()))
    return store


@pytest.fixture
def source():
    return fill(*(make_sample(str(number), result=number) for number in range(1, 251)))


class Refusing(MemoryStore):
    """Takes in no run whose result is among some."""

    def __init__(self, *results, error=None):
        super().__init__("refusing")
        self.results = results
        self.error = error or StoreError("I do not\nwant it")
        self.tried = []

    def add_runs(self, runs):
        for run in runs:
            self.tried.append(run.id)
            if run.document["result"] in self.results:
                raise self.error
            yield from super().add_runs([run])


def test_all_is_copied(source):
    target = MemoryStore()
    told = []
    report = copy_runs(source, target, progress=lambda done, total: told.append((done, total)))
    assert report == CopyReport(copied={run_id: run_id for run_id in source.find_ids()})
    assert told == [(number, 250) for number in range(1, 251)]
    sample = make_sample("250", result=250)
    assert compare_documents(sample.document, target.load(["250"])["250"]) == []
    assert compare_series(sample.series, target.read_series("250")) == []
    assert compare_files(sample.files, target, "250") == []
    assert target.read_output("250") == sample.output


def test_copying_again_adds_nothing(source):
    target = MemoryStore()
    copy_runs(source, target)
    report = copy_runs(source, target)
    assert (report.copied, report.failed) == ({}, [])
    assert report.skipped == {run_id: run_id for run_id in source.find_ids()}
    assert target.count() == 250


def test_chosen_runs_are_copied_in_their_order(source):
    target = MemoryStore()
    assert list(copy_runs(source, target, ["7", "3", "7"]).copied) == ["7", "3"]


def test_copying_back_adds_nothing(source):
    target = MemoryStore()
    list(target.add_runs(Samples([make_sample("3", command="other")]).make_runs()))
    report = copy_runs(source, target, ["3", "4"])
    assert report.copied == {"3": "4", "4": "5"}
    assert copy_runs(target, source).skipped == {"4": "3", "5": "4"}


def test_what_was_interrupted_goes_on(source):
    target = MemoryStore()

    def stop(done, total):
        if done == 130:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_runs(source, target, progress=stop)
    assert 100 <= target.count() <= 131
    report = copy_runs(source, target)
    assert len(report.skipped) + len(report.copied) == 250
    assert target.find_ids() == source.find_ids()


def test_what_fails_is_reported_and_the_rest_goes_on(source):
    target = Refusing(5, 150)
    report = copy_runs(source, target)
    assert report.failed == [Problem("5", "I do not want it"), Problem("150", "I do not want it")]
    assert len(report.copied) == target.count() == 248
    assert len(target.find_ids()) == len(set(target.list_fingerprints()))


def test_any_error_is_reported(source):
    report = copy_runs(source, Refusing(2, error=ValueError("bad value")), ["1", "2", "3"])
    assert (list(report.copied), report.failed) == (["1", "3"], [Problem("2", "ValueError: bad value")])


def test_a_full_disk_ends_it(source):
    target = Refusing(5, error=OSError(errno.ENOSPC, "No space left on device"))
    report = copy_runs(source, target)
    assert list(report.copied) == ["1", "2", "3", "4"]
    assert target.tried == ["1", "2", "3", "4", "5"]
    assert len(report.failed) == 96 + 1
    assert report.failed[-1].run_id is None
    assert report.failed[-1].message.startswith("150 more runs were not tried: OSError: ")


def test_a_store_that_goes_away_ends_it(source):
    class Gone(Refusing):
        def list_fingerprints(self):
            if self.tried:
                raise StoreError("the server is gone")
            return {}

    target = Gone(5)
    report = copy_runs(source, target)
    assert target.tried == ["1", "2", "3", "4", "5"]
    assert report.failed[-1] == Problem(None, "150 more runs were not tried: the server is gone")


def test_a_run_that_was_added_and_not_told_is_not_added_twice(source):
    class Hasty(MemoryStore):
        def add_runs(self, runs):
            for told in super().add_runs(runs):
                if told[1] == "2":
                    raise StoreError("the connection was lost")
                yield told

    target = Hasty()
    report = copy_runs(source, target, ["1", "2", "3"])
    assert report.copied == {"1": "1", "2": "2", "3": "3"}
    assert target.find_ids() == ["1", "2", "3"]


def test_a_run_that_can_t_be_read_is_reported(source):
    source.problems.append(Problem("2", "Run 2: it is damaged"))
    source._runs.pop("2")
    report = copy_runs(source, MemoryStore(), ["1", "2", "nobody"])
    assert report.copied == {"1": "1"}
    assert [problem.run_id for problem in report.failed] == ["2", "nobody"]
    assert report.failed[0].message == "Run 2: it is damaged"
    assert report.failed[1].message == 'There is no run "nobody" in memory.'


def test_a_run_under_way_waits_until_it_has_ended():
    recently = format_naive_utc(now())
    running = make_document("1", status="RUNNING", heartbeat=recently, stop_time=None)
    dead = make_document("2", status="RUNNING", stop_time=None)
    source = fill(Sample(running), Sample(dead), Sample(make_document("3", status="QUEUED")))
    target = MemoryStore()
    report = copy_runs(source, target)
    assert (report.running, list(report.copied)) == (["1"], ["2", "3"])
    assert copy_runs(source, target, with_running=True).copied == {"1": "1"}


def test_a_run_that_is_there_twice_is_copied_once():
    source = fill(make_sample("1"))
    copied = MemoryStore()
    copy_runs(source, copied)
    document = copied.load(["1"])["1"]
    source.put({**document, "id": "2"})
    target = MemoryStore()
    report = copy_runs(source, target)
    assert (report.copied, report.skipped, target.find_ids()) == ({"1": "1"}, {"2": "1"}, ["1"])


def test_of_two_that_are_one_neither_is_lost_when_it_fails():
    source = fill(make_sample("1", result=1))
    source.put({**source.load(["1"])["1"], "id": "2"})
    report = copy_runs(source, Refusing(1))
    assert [problem.run_id for problem in report.failed] == ["1", "2"]
