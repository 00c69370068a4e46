"""Steps on a GPU as replays of one recording: may import training's problem, and what it may."""
