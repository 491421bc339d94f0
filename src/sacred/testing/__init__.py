"""Contract suites and strategies for tests of stores and observers, for those who write their own."""
