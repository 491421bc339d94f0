"""Object storages pass the contract: S3, Google's where a server of it is installed, a folder, memory."""

import itertools

import pytest

from sacred.errors import StoreError
from sacred.stores.objects.store import ObjectStore
from sacred.stores.transfer import copy_runs
from sacred.testing.comparing import compare_files
from sacred.testing.samples import Samples, make_sample
from sacred.testing.stores import StoreContract
from servers import run_gcs, run_s3

_numbers = itertools.count(1)


class ObjectStoreContract(StoreContract):
    @pytest.fixture
    def opener(self, url):
        return lambda: ObjectStore(url)

    def damage(self, store, run_id):
        store._place.write(f"{run_id}/run.json", b'{"status": "COMPL')


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    with run_s3(tmp_path_factory.mktemp("s3")) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem().mkdir("contract")
        yield
        s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.usefixtures("s3")
class TestObjectsOnS3(ObjectStoreContract):
    many = 30  # one after another

    @pytest.fixture
    def url(self):
        return f"s3://contract/place{next(_numbers)}/runs"


@pytest.fixture(scope="module")
def gcs(tmp_path_factory):
    with run_gcs(tmp_path_factory.mktemp("gcs")) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        import fsspec
        import gcsfs

        fsspec.config.set_conf_env(fsspec.config.conf)
        gcsfs.GCSFileSystem.clear_instance_cache()
        fsspec.filesystem("gs").mkdir("contract")
        yield
        gcsfs.GCSFileSystem.clear_instance_cache()


@pytest.mark.usefixtures("gcs")
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # gcsfs does so
class TestObjectsOnGoogle(ObjectStoreContract):
    many = 30

    @pytest.fixture
    def url(self):
        return f"gs://contract/place{next(_numbers)}/runs"


class TestObjectsOnDisk(ObjectStoreContract):
    @pytest.fixture
    def url(self, tmp_path):
        return f"local://{tmp_path}/runs"


class TestObjectsInMemory(ObjectStoreContract):
    @pytest.fixture
    def opener(self):
        place = f"memory://contract{next(_numbers)}/runs"
        return lambda: ObjectStore(place)


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_not_there_is_told():
    store = ObjectStore("s3://no-such-bucket/runs")
    with pytest.raises(StoreError) as caught:
        store.find_ids()
    assert str(caught.value) == (
        '"s3://no-such-bucket/runs" can\'t be read: there is no bucket "no-such-bucket"'
    )
    with pytest.raises(StoreError):
        list(store.add_runs(Samples([make_sample("1")]).make_runs()))
    store.close()


@pytest.mark.usefixtures("s3")
def test_keys_that_are_missing_are_told_in_one_line(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    S3FileSystem = pytest.importorskip("s3fs").S3FileSystem  # noqa: N806 - a class
    S3FileSystem.clear_instance_cache()
    store = ObjectStore("s3://contract/elsewhere")
    with pytest.raises(StoreError, match="credentials") as caught:
        store.find_ids()
    assert "\n" not in str(caught.value)
    store.close()
    S3FileSystem.clear_instance_cache()


@pytest.mark.usefixtures("s3")
def test_copies_between_two_places_in_one_bucket():
    here, there = ObjectStore("s3://contract/here"), ObjectStore("s3://contract/there")
    sample = make_sample("1")
    list(here.add_runs(Samples([sample]).make_runs()))
    assert copy_runs(here, there).copied == {"1": "1"}
    assert compare_files(sample.files, there, "1") == []
    assert here.find_ids() == there.find_ids() == ["1"]
    here.close()
    there.close()
