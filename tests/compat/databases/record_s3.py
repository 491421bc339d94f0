"""Records runs of Sacred 0.8.7 into an S3 bucket and into folders at once, and dumps the bucket.

To be run by an interpreter that has sacred 0.8.7, boto3 and numpy, with the environment variables by which
boto3 finds the server (``tests/servers.py`` starts one and names them)::

    python record_s3.py NEW_FOLDER

NEW_FOLDER has afterwards ``objects``, a file for each object of the bucket, and ``folders``, what the
FileStorageObserver wrote of the same runs, under the same ids.
"""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUCKET = "runs-of-087"
BASEDIR = "team/runs"
COMMANDS = (("train", {}), ("fail", {}), ("number", {}))


def record(target, index):
    """Make one of the runs, in a process of its own."""
    sys.path.insert(0, target)
    from experiment_of_087 import ex

    from sacred.observers import FileStorageObserver, S3Observer

    command, updates = COMMANDS[index]
    ex.observers += [
        S3Observer(bucket=BUCKET, basedir=BASEDIR, region="us-west-2"),
        FileStorageObserver(os.path.join(target, "folders")),
    ]
    try:
        ex.run(command, config_updates={"seed": 7, **updates}, options={"--beat-interval": 0.5})
    except BaseException as error:  # noqa: BLE001 - how it ends is what is recorded
        print(f"{command} ended with {type(error).__name__}")


def dump(target):
    """Write all objects of the bucket into files."""
    import boto3

    for one in boto3.resource("s3").Bucket(BUCKET).objects.all():
        path = os.path.join(target, "objects", one.key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(one.get()["Body"].read())


def prepare(target):
    """Put the experiment and its files where it runs."""
    os.makedirs(target)
    shutil.copy(os.path.join(HERE, "experiment_of_087.py"), target)
    with open(os.path.join(target, "table.csv"), "w", encoding="utf-8") as file:
        file.write("a,b\n1,2\n")
    with open(os.path.join(target, "model.txt"), "w", encoding="utf-8") as file:
        file.write("weights of the model\n")


def main(target):
    """Make all runs, and keep what they left."""
    prepare(target)
    for index in range(len(COMMANDS)):
        child = os.fork()
        if child == 0:
            record(target, index)
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
    dump(target)
    for name in ("experiment_of_087.py", "table.csv", "model.txt"):
        os.unlink(os.path.join(target, name))
    shutil.rmtree(os.path.join(target, "__pycache__"), ignore_errors=True)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
