"""The nouns: what a run consists of, without any reading or writing."""
