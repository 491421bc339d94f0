"""Run folders in an object storage, by whatever URL fsspec opens, such as ``s3://`` and ``gs://``."""
