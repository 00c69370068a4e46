"""Sliders, fields, buttons and labels that know nothing of models: may import look and core."""
