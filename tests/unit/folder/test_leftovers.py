from sacred.folder.leftovers import note_leftovers


def test_files_that_are_not_listed_are_artifacts(tmp_path):
    for name in ("run.json", "cout.txt", "metrics.journal", ".room.tmp", "report.html", "source.py"):
        (tmp_path / name).write_text("")
    for name in ("known.txt", "new.txt", "folder/known", "other/new"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    entry = {"artifacts": ["known.txt", "folder"], "experiment": {"sources": [["source.py", "source.py"]]}}
    for _ in range(2):  # a recovery may be started again
        note_leftovers(str(tmp_path), entry)
        assert entry["artifacts"] == ["known.txt", "folder", "new.txt", "other/new"]
