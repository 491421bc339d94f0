"""gather_commands, gather_named_configs, traverse_ingredients, and names processed by a subclass."""
# run: lib_train with lib_fast
# run: main with own
# run: lib.train
# run: print_named_configs

from kit import outcome, tell

from sacred import Experiment, Ingredient


class Project(Experiment):
    """Names with underscores in place of dots."""

    def post_process_name(self, name, ingredient):
        if ingredient is self:
            return name[len(self.path) + 1 :]
        return name.replace(".", "_")


deep = Ingredient("lib.deep")
deep.add_named_config("slow", d=9)
deep.add_config(d=1)
lib = Ingredient("lib", ingredients=[deep])
lib.add_config(size=1)


@lib.named_config
def fast():
    size = 2  # faster


@lib.command(unobserved=True)
def train(size, deep):
    """Train the library."""
    return [size, deep["d"]]


def plain():
    return Experiment("plain", ingredients=[lib])


ex = Project("project", ingredients=[lib])


@ex.named_config
def own():
    a = 5


ex.add_config(a=1)


@ex.main
def main(a, lib):
    return [a, lib["size"]]


other = plain()
tell(
    commands=[name for name, _ in ex.gather_commands()],
    named=[name for name, _ in ex.gather_named_configs()],
    plain_commands=[name for name, _ in other.gather_commands()],
    plain_named=[name for name, _ in other.gather_named_configs()],
    traversed=[[one.path, depth] for one, depth in ex.traverse_ingredients()],
    from_part=[[one.path, depth] for one, depth in lib.traverse_ingredients()],
    part_commands=[name for name, _ in lib.gather_commands()],
    processed=[
        ex.post_process_name("x", lib),
        other.post_process_name("x", lib),
        lib.post_process_name("x", lib),
    ],
    kinds=[type(config).__name__ for _, config in ex.gather_named_configs()],
)
found = outcome(ex.run_commandline)
tell(found=found["returns"].result if "returns" in found else found)
