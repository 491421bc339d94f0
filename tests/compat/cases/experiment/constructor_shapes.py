"""Every way to call the constructors of Experiment and Ingredient, right and wrong."""
# run:
# run: with size=4 part.k=2

import os
from pathlib import Path

from kit import outcome, tell

from sacred import Experiment, Ingredient, cli_option, host_info_gatherer

os.makedirs("elsewhere", exist_ok=True)


@cli_option("-Z", "--zeal", is_flag=True)
def zeal(args, run):
    """With zeal."""
    run.info["zeal"] = args


@host_info_gatherer("zone")
def zone():
    return "here"


part = Ingredient("part", (), False, base_dir=None, save_git_info=True)
part.add_config(k=1)
shapes = {
    "name": Experiment("name"),
    "nothing": Experiment(),
    "none": Experiment(None),
    "tuple": Experiment("tuple", (part,)),
    "positional": Experiment("positional", [part], False, "elsewhere", [zone], [zeal], False),
    "keywords": Experiment(
        name="keywords",
        ingredients=[part],
        interactive=False,
        base_dir=Path("elsewhere"),
        additional_host_info=[zone],
        additional_cli_options=[zeal],
        save_git_info=True,
    ),
}
ex = shapes["keywords"]
ex.add_config(size=1)
ex.main(lambda size, part: [size, part["k"]])
tell(
    paths={name: each.path for name, each in shapes.items()},
    ingredients={name: [one.path for one in each.ingredients] for name, each in shapes.items()},
    kinds=[type(ex.ingredients).__name__, type(ex.observers).__name__, type(ex.configurations).__name__],
    bases={name: os.path.relpath(each.base_dir) for name, each in shapes.items()},
    git=[shapes["positional"].save_git_info, ex.save_git_info, part.save_git_info],
    defaults=[ex.default_command, ex.current_run, ex.captured_out_filter, ex.logger, ex.observers],
    attributes=sorted(
        set(dir(ex))
        & {"captured_functions", "commands", "config_hooks", "configurations", "dependencies", "doc"}
        | set(dir(ex)) & {"ingredients", "named_configs", "option_hooks", "post_run_hooks", "pre_run_hooks"}
        | set(dir(ex)) & {"sources", "all_cli_options", "additional_host_info", "additional_cli_options"}
    ),
    lengths=[len(ex.configurations), len(ex.commands), len(ex.captured_functions)],
    wrong={
        "unknown": outcome(Experiment, "x", nope=1),
        "ingredient without path": outcome(Ingredient),
        "name twice": outcome(Experiment, "x", name="y"),
    },
)
run = ex.run_commandline()
tell(result=run.result, zone=run.host_info["zone"], again=ex.run(options={"--zeal": True}).info)
