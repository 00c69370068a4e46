"""Faults, as programs: whatever goes wrong at whatever moment, nothing that was saved is lost."""
