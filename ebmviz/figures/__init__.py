"""Snapshot and Scene in, Plot out, numpy only, one file per figure: may import core."""
