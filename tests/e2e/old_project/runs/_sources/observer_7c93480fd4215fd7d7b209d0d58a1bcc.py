"""An observer of the project's own."""

from sacred.observers import RunObserver


class Summary(RunObserver):
    """Writes a line for each run into a file."""

    priority = 5

    def __init__(self, filename):
        self.filename = filename

    def started_event(self, ex_info, command, host_info, start_time, config, meta_info, _id):
        self.line = f"{_id} {ex_info['name']} {command} width={config['model']['width']}"

    def completed_event(self, stop_time, result):
        with open(self.filename, "a") as file:
            file.write(f"{self.line} result={result:.6f}\n")
