"""The engine as a process on stdin and stdout: may import all of the engine."""
