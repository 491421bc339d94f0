"""A run of a command."""

from typing import Any

from sacred.run.state import RunState


class Run(RunState):
    """One run of a command.

    The arguments are Sacred 0.8's; :func:`sacred.run.create.create_run` makes runs.
    """

    def __call__(self, *args: Any) -> Any:
        """Run the command once, and return its result.

        Args:
            args: given to the command as its first arguments.

        Raises:
            RuntimeError: the run was started before.
            BaseException: whatever the command raises.
        """
        __tracebackhide__ = True
        if self.start_time is not None:
            raise RuntimeError(f"A run can only be started once. (Last start was {self.start_time})")
        from sacred.run.lifecycle import execute  # with capture and record: not for importing sacred

        return execute(self, args)
