"""LLVM, by its binding for Python: a text made into machine code for this processor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from ebmviz.engine.llvm import cache


class Made:
    """Functions of object files; their code lasts as long as this does."""

    def __init__(self, files: Sequence[bytes]) -> None:
        self._engine: Any = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        for file in files:
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(file))
        self._engine.finalize_object()

    def addresses(self, names: Sequence[str]) -> list[int]:
        """Where they begin. Raises RuntimeError where one is not there."""
        found = [int(self._engine.get_function_address(name)) for name in names]
        if not all(found):
            raise RuntimeError("a function has no address")
        return found


def kept(path: Path | None, write: Callable[[], str]) -> bytes:
    """The object file that was made before; else that of the text, which is kept there."""
    found = cache.read(path) if path else None
    if found is None:
        found = compiled(write())
        if path:
            cache.write(path, found)
    return found


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )


def compiled(text: str, level: int = 3) -> bytes:
    """The object file of a text; level: how much LLVM makes of it, 0 … 3. RuntimeError: what is
    wrong with it.
    """
    machine = _machine()
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    tuning = llvm.create_pipeline_tuning_options(speed_level=level)
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    made: bytes = machine.emit_object(module)
    return made
