"""From functions, dictionaries and files to one documented configuration."""
