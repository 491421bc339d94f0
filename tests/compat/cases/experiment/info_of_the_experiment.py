"""get_experiment_info, get_default_options and get_usage, with sources and dependencies added by hand."""
# run:

import os

from kit import outcome, tell

from sacred import Experiment, Ingredient

os.makedirs("sub/data", exist_ok=True)
for name in ("helper.py", "sub/more.py", "sub/data/table.csv"):
    with open(name, "w") as file:
        file.write("# " + name)
part = Ingredient("part")
part.add_source_file("helper.py")
ex = Experiment("informed", ingredients=[part])
ex.add_source_file("helper.py")
ex.add_source_file(os.path.abspath("sub/more.py"))
ex.add_package_dependency("somepackage", "1.2.3")
ex.add_package_dependency("numpy", "1.0")
tell(
    missing=outcome(ex.add_source_file, "nowhere.py"),
    version=outcome(ex.add_package_dependency, "thing", "not a version"),
    no_python=outcome(ex.add_source_file, "sub/data/table.csv"),
    again=outcome(ex.add_source_file, "helper.py"),
)
ex.main(lambda: None)
info = ex.get_experiment_info()
tell(
    keys=sorted(info),
    name=info["name"],
    base=os.path.basename(info["base_dir"]),
    sources=[list(each) for each in info["sources"]],
    kinds=[type(info[key]).__name__ for key in ("sources", "dependencies", "repositories")],
    added=[each for each in info["dependencies"] if each.startswith(("some", "numpy", "thing"))],
    part={key: part.get_experiment_info()[key] for key in ("name", "mainfile", "repositories")},
    part_sources=[name for name, _ in part.get_experiment_info()["sources"]],
    options=ex.get_default_options(),
)
short, usage, internal = ex.get_usage()
tell(
    usage=[text.startswith("Usage:") for text in (short, usage.lstrip(), internal.lstrip())],
    program=[("info_of_the_experiment.py" in text, "dummy" in text) for text in (short, usage, internal)],
    named=["other.py" in text for text in ex.get_usage("other.py")],
    doc="get_experiment_info, get_default_options" in usage,
    flags=sorted(
        {word.strip(",").split("=")[0] for word in usage.split() if word.startswith("--")}
        & {"--help", "--id"}
    ),
    commands=[name in usage for name in ex.commands],
    run=sorted(ex.run().experiment_info),
)
