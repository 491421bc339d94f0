"""The rows of the fault matrix, by subject."""

from faults.rows.disk import DISK
from faults.rows.limits import LIMITS
from faults.rows.processes import PROCESSES
from faults.rows.signals import SIGNALS
from faults.rows.streams import STREAMS
from faults.rows.users_code import USERS_CODE
from faults.rows.values import VALUES

GROUPS = {
    "The disk": DISK,
    "Limits of the system": LIMITS,
    "Standard streams": STREAMS,
    "Processes and threads": PROCESSES,
    "Signals": SIGNALS,
    "Code of the user's": USERS_CODE,
    "Values of the user's": VALUES,
}
