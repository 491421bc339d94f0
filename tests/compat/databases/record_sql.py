"""Records runs of Sacred 0.8.7 into a SQLite database and folders at once.

To be run by an interpreter that has sacred 0.8.7, SQLAlchemy 1.4 and numpy::

    python record_sql.py NEW_FOLDER

NEW_FOLDER has afterwards

- ``runs.db``: what the SqlObserver wrote;
- ``folders``: what the FileStorageObserver wrote of the same runs, under the same ids.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
COMMANDS = (
    ("numbers", {}, {}),
    ("numbers", {"rate": 0.5, "data.name": "letters"}, {"--comment": "a comment: größer"}),
    ("fail", {}, {}),
    ("interrupt", {}, {}),
    ("timeout", {}, {}),
    ("number", {}, {"--queue": True}),
    ("number", {}, {"--id": "named run"}),
    ("number", {}, {"--id": "00"}),
    ("die", {}, {}),
    ("own_status", {}, {}),  # the last: no run starts where the observer meets a status that it does not know
)


def record(target, index):
    """Make one of the runs, in a process of its own."""
    sys.path.insert(0, target)
    from experiment_of_087 import ex

    from sacred.observers import FileStorageObserver, SqlObserver

    command, updates, options = COMMANDS[index]
    sql = SqlObserver(f"sqlite:///{os.path.join(target, 'runs.db')}")
    sql.priority = 40  # the first one gives the id
    ex.observers += [sql, FileStorageObserver(os.path.join(target, "folders"))]

    @ex.command
    def numbers(_run):
        """The column for results holds numbers only."""
        ex.commands["train"]()
        return 0.75

    try:
        ex.run(command, config_updates={"seed": 7, **updates}, options={"--beat-interval": "0.5", **options})
    except BaseException as error:  # noqa: BLE001 - how it ends is what is recorded
        print(f"{command} ended with {type(error).__name__}: {error}")


def main():
    """Make everything."""
    target = os.path.abspath(sys.argv[1])
    if len(sys.argv) > 2:
        record(target, int(sys.argv[2]))
        return
    os.makedirs(target)
    shutil.copy(os.path.join(HERE, "experiment_of_087.py"), target)
    with open(os.path.join(target, "table.csv"), "w") as file:
        file.write("a,b\n1,2\n")
    with open(os.path.join(target, "model.txt"), "w") as file:
        file.write("weights: 1 2 3\n")
    for index in range(len(COMMANDS)):
        subprocess.run([sys.executable, os.path.abspath(__file__), target, str(index)], check=False)
    for name in ("table.csv", "model.txt", "__pycache__", "experiment_of_087.py"):
        path = os.path.join(target, name)
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.remove(path)


if __name__ == "__main__":
    main()
