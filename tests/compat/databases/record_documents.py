"""Records runs of Sacred 0.8.7 into MongoDB, TinyDB and folders at once, and dumps the databases.

To be run by an interpreter that has sacred 0.8.7, pymongo, tinydb, tinydb-serialization, hashfs, numpy::

    python record_documents.py mongodb://127.0.0.1:27017 NEW_FOLDER

NEW_FOLDER has afterwards

- ``mongo.jsonl``: every document of the database, ``{"collection": …, "document": …}`` a line, in MongoDB's
  Extended JSON;
- ``tinydb``: the folder of the TinyDbObserver; ``tinydb_own``: of a run that only that one observed;
- ``folders``: what the FileStorageObserver wrote of the same runs, under the same ids.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "documents"
COMMANDS = (
    ("train", {}, {}),
    ("train", {"rate": 0.5, "epochs": 2, "data.name": "letters"}, {"--comment": "a comment: größer"}),
    ("fail", {}, {}),
    ("interrupt", {}, {}),
    ("timeout", {}, {}),
    ("own_status", {}, {}),
    ("number", {}, {"--queue": True}),
    ("die", {}, {}),
    ("odd", {}, {}),
    ("number", {}, {"--id": "named run"}),
)


def record(url, target, index):
    """Make one of the runs, in a process of its own."""
    sys.path.insert(0, target)
    from experiment_of_087 import ex

    from sacred.observers import FileStorageObserver, MongoObserver, TinyDbObserver

    command, updates, options = COMMANDS[index]
    ex.observers += [
        MongoObserver(url=url, db_name=DATABASE),
        FileStorageObserver(os.path.join(target, "folders")),
    ]
    if command != "odd":
        ex.observers.append(TinyDbObserver(os.path.join(target, "tinydb")))
    run(ex, command, updates, options)


def record_elsewhere(url, target):
    """Make a run in collections of other names, and one that only TinyDB has."""
    sys.path.insert(0, target)
    from experiment_of_087 import ex

    from sacred.observers import MongoObserver, TinyDbObserver

    ex.observers[:] = [MongoObserver(url=url, db_name=DATABASE, collection="other")]
    run(ex, "train", {}, {"--id": "elsewhere"})  # 0.8 mixes up metrics of equal ids in two collections
    ex.observers[:] = [MongoObserver(url=url, db_name=DATABASE, collection_prefix="team")]
    run(ex, "train", {}, {})
    ex.observers[:] = [TinyDbObserver(os.path.join(target, "tinydb_own"))]
    run(ex, "train", {}, {})


def run(ex, command, updates, options):
    """Run a command; how it ends is what is recorded."""
    try:
        ex.run(command, config_updates={"seed": 7, **updates}, options={"--beat-interval": "0.5", **options})
    except BaseException as error:  # noqa: BLE001 - how it ends is what is recorded
        print(f"{command} ended with {type(error).__name__}")


def dump(url, target):
    """Write all documents of the database to a file."""
    import pymongo
    from bson import json_util

    options = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)
    database = pymongo.MongoClient(url)[DATABASE]
    with open(os.path.join(target, "mongo.jsonl"), "w", encoding="utf-8") as file:
        for name in sorted(database.list_collection_names()):
            for document in database[name].find():
                line = {"collection": name, "document": document}
                file.write(json_util.dumps(line, json_options=options, sort_keys=False) + "\n")


def main():
    """Make everything."""
    url, target = sys.argv[1], os.path.abspath(sys.argv[2])
    if len(sys.argv) > 3:
        index = int(sys.argv[3])
        record(url, target, index) if index < len(COMMANDS) else record_elsewhere(url, target)
        return
    os.makedirs(target)
    shutil.copy(os.path.join(HERE, "experiment_of_087.py"), target)
    with open(os.path.join(target, "table.csv"), "w") as file:
        file.write("a,b\n1,2\n")
    with open(os.path.join(target, "model.txt"), "w") as file:
        file.write("weights: 1 2 3\n")
    for index in range(len(COMMANDS) + 1):
        subprocess.run([sys.executable, os.path.abspath(__file__), url, target, str(index)], check=False)
    dump(url, target)
    for name in ("table.csv", "model.txt", "experiment_of_087.py"):
        os.remove(os.path.join(target, name))
    shutil.rmtree(os.path.join(target, "__pycache__"), ignore_errors=True)


if __name__ == "__main__":
    main()
