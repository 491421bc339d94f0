"""``SETTINGS``: the only global that changes how the package behaves.

One object for ever: users change it, and their tests replace its values.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Self

from sacred.errors import SettingError

__all__ = ["SETTINGS", "FrozenKeyMunch", "SettingError"]


class FrozenKeyMunch(dict[str, Any]):
    """A dictionary with attribute access whose keys are fixed.

    A group of settings can't be replaced by a value; a mapping assigned to it updates it.
    """

    def __init__(self, defaults: Mapping[str, Any]) -> None:
        super().__init__(
            {
                key: FrozenKeyMunch(value) if isinstance(value, Mapping) else value
                for key, value in defaults.items()
            }
        )
        # so that pytest's monkeypatch.setattr finds the values, and puts them back
        object.__setattr__(self, "__dict__", self)

    def __setitem__(self, key: str, value: Any) -> None:
        if key not in self:
            raise SettingError(f"Unknown setting: {key}. Possible keys are: {list(self)}")
        present = self[key]
        if not isinstance(present, FrozenKeyMunch):
            super().__setitem__(key, value)
        elif isinstance(value, Mapping):
            present.update(value)
        else:
            raise SettingError(f"Can't set this setting ({key}) to {value!r}, it is a nested setting!")

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"Unknown setting: {key}. Possible keys are: {list(self)}") from None

    def __delitem__(self, key: str) -> None:
        raise SettingError(f"A setting can't be removed: {key}")

    __delattr__ = __delitem__

    def _refuse(self, *_args: object) -> NoReturn:
        raise SettingError("Settings can't be removed")

    pop = popitem = clear = _refuse

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return a setting; an unknown key raises :class:`SettingError`."""
        if key not in self:
            self[key] = default
        return self[key]

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]  # dict has overloads
        self.update(other)
        return self

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Change several settings; unknown keys raise :class:`SettingError`."""
        changes: Iterable[tuple[str, Any]] = dict(*args, **kwargs).items()
        for key, value in changes:
            self[key] = value

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenKeyMunch, (dict(self),)


SETTINGS = FrozenKeyMunch(
    {
        "CONFIG": {
            # keys that MongoDB can't hold: with a "." or starting with "$"
            "ENFORCE_KEYS_MONGO_COMPATIBLE": True,
            # keys that look like a mark of jsonpickle: "py/object" and its kin
            "ENFORCE_KEYS_JSONPICKLE_COMPATIBLE": True,
            "ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS": False,
            "ENFORCE_STRING_KEYS": False,
            # keys with "=" can't be given on a command line
            "ENFORCE_KEYS_NO_EQUALS": True,
            # hand read-only containers to captured functions
            "READ_ONLY_CONFIG": True,
            # comments that are not documentation
            "IGNORED_COMMENTS": ["^pylint:", "^noinspection", "^noqa", "^type:", "^fmt:", "^ruff:"],
            # make `_rnd` a numpy.random.RandomState
            "NUMPY_RANDOM_LEGACY_API": False,
            # names of entries, as in SECRETS.NAMES, that the record must not have
            "SECRETS": [],
        },
        "HOST_INFO": {
            "INCLUDE_GPU_INFO": True,
            "INCLUDE_CPU_INFO": True,
            # names of environment variables to record
            "CAPTURED_ENV": [],
        },
        "COMMAND_LINE": {
            # refuse values that are no Python literals, instead of taking them as text
            "STRICT_PARSING": False,
            # list options whose packages are not installed
            "SHOW_DISABLED_OPTIONS": True,
        },
        # "fd": everything written to descriptors 1 and 2; "sys": what Python writes; "no": nothing
        "CAPTURE_MODE": "sys" if sys.platform == "win32" else "fd",
        # one of "imported", "sys", "pkg", "none"; they are explained in docs/reference/settings.md
        "DISCOVER_DEPENDENCIES": "imported",
        # one of "imported", "sys", "dir", "none"
        "DISCOVER_SOURCES": "imported",
        # seconds between heartbeats
        "DEFAULT_BEAT_INTERVAL": 10.0,
        # what processor, memory, disk, network and GPU do, where the extra "system" is installed
        "SYSTEM_METRICS": {
            "ENABLED": True,
            # seconds between samples
            "INTERVAL": 10.0,
            "GPU": True,
        },
        # run folders that are mirrored from a local one: "auto" (by the file system), "all", "none", or paths
        "NETWORK_FOLDERS": "auto",
        # earlier versions of artifacts: how many of a name, and how many bytes of a run; None for all
        "ARTIFACTS": {"VERSIONS": 10, "VERSION_BYTES": 1 << 30},
        # what the ranks of torchrun, Slurm, MPI do: "join" rank 0's run, make runs "beside" it, "ignore" it
        "DISTRIBUTED": "join",
        # seconds that they wait for rank 0's run
        "DISTRIBUTED_WAIT": 60.0,
        # where runs without observers are recorded: "auto", a path, or None for nowhere
        "DEFAULT_STORE": "auto",
        # what is masked in arguments, environment variables and URLs, see docs/how-to/secrets.md
        "SECRETS": {
            "NAMES": [
                *("password", "passwd", "passphrase", "*_pwd", "*_pw", "secret", "secret_*", "token"),
                *("api_key", "apikey", "access_key", "private_key", "signing_key", "encryption_key"),
                *("credential", "credentials", "auth", "authorization", "cookie", "signature"),
            ],
            "EXCEPTIONS": [
                # of tokenizers: they stand for the places of words
                *("pad_token", "bos_token", "eos_token", "unk_token", "sep_token", "cls_token", "mask_token"),
                *("per_token", "next_token", "start_token", "end_token", "stop_token"),
            ],
        },
        # environment.json
        "ENVIRONMENT": {
            "SAVE": True,
            # names of environment variables; "*" stands for anything
            "VARIABLES": [
                *("PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHON*", "VIRTUAL_ENV", "CONDA_*", "TZ", "LANG"),
                *("LC_*", "TMPDIR", "SACRED_*", "OMP_*", "MKL_*", "OPENBLAS_*", "NUMEXPR_*", "CUDA_*"),
                *("NVIDIA_*", "CUBLAS_*", "NCCL_*", "GLOO_*", "ROCR_*", "HIP_*", "XLA_*", "JAX_*"),
                *("TF_CPP_*", "TF_DETERMINISTIC_*", "TF_ENABLE_*", "TF_FORCE_*", "TF_GPU_*", "TF_XLA_*"),
                *("TORCH*", "PYTORCH_*", "HF_*", "TRANSFORMERS_*", "RANK", "LOCAL_RANK", "GROUP_RANK"),
                *("WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "OMPI_COMM_WORLD_*"),
                *("PMI_*", "SLURM_*", "PBS_*", "LSB_*", "SGE_*", "JOB_ID", "KUBERNETES_*"),
            ],
        },
        # git.patch
        "GIT": {
            "SAVE_PATCH": True,
            "MOST_PATCH_BYTES": 10_000_000,
            "MOST_FILE_BYTES": 1_000_000,
            # untracked files that are named
            "MOST_UNTRACKED": 1000,
            # file names whose content stays out of the patch
            "NEVER_SAVED": [
                *(".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.kdbx", "id_rsa*"),
                *("id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc", ".pgpass", ".pypirc", ".npmrc"),
                *(".htpasswd", "*credentials*", "*secret*", "*password*", "kubeconfig"),
            ],
        },
    }
)
