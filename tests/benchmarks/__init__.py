"""Programs that measure; no test. `uv run --group bench python -m tests.benchmarks.landscape`."""
