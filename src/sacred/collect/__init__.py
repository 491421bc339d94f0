"""What is gathered about a run: its code, packages, repositories, host and output."""
